import { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import { Concealment } from '../../kernel/concealment.js';
import { type Named, complaintOf, protocolFailure } from '../../net/httpFailures.js';
import { parseJson } from '../../net/text.js';
import type { CloudLogin, Credentials } from './account.js';
import { catalogSchema } from './catalog.js';
import { refusal } from './failures.js';
import { id, instant } from './fields.js';
import type { Ways } from './ways.js';

/** Of its life, how much of a token is used; the rest is for requests that are under way. */
const USED = 0.9;
const UNAUTHORIZED = 401;
const CREATED = 201;

const tokenSchema = z.object({
  token: z.object({
    expires_at: instant,
    issued_at: instant,
    catalog: catalogSchema,
    project: z.object({ id }),
  }),
});

export interface Token {
  /** A secret. */
  value: string;
  /** By our clock, in milliseconds. */
  until: number;
  catalog: z.output<typeof catalogSchema>;
  /** The id of the account's own. */
  project: string;
}

/** https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
function bodyFor(credentials: Credentials): object {
  if (credentials.kind === 'applicationCredential') {
    const { credential, secret } = credentials;
    const identity = {
      methods: ['application_credential'],
      application_credential: { ...credential, secret },
    };
    return { auth: { identity } };
  }
  const { user, password, project } = credentials;
  const identity = { methods: ['password'], password: { user: { ...user, password } } };
  return { auth: { identity, scope: { project } } };
}

const secretOf = (credentials: Credentials): string =>
  credentials.kind === 'password' ? credentials.password : credentials.secret;

/** The one token of a run, renewed before it ends, and when a service no longer knows it. */
export class Keystone implements Named {
  readonly named: string;
  #token: Promise<Token> | undefined;
  #until = 0;

  constructor(
    private readonly login: CloudLogin,
    private readonly ways: Ways,
    private readonly signal: AbortSignal,
  ) {
    this.named = `Keystone at ${login.authUrl}`;
  }

  readonly conceal = (text: string): string => this.concealing().in(text);

  /** Of the account's secret, and of those that are given. */
  concealing(...secrets: string[]): Concealment {
    return new Concealment([secretOf(this.login.credentials), ...secrets]);
  }

  /** Throws DomainError. */
  token(): Promise<Token> {
    return this.#token && Date.now() < this.#until ? this.#token : this.#renew();
  }

  /** Another token than the one that a service refused. */
  async tokenAfter(refused: Token): Promise<Token> {
    const known = this.token();
    const current = await known;
    if (current !== refused) return current;
    return this.#token === known ? this.#renew() : this.token();
  }

  #renew(): Promise<Token> {
    // Until it is known how long it lives.
    this.#until = Infinity;
    const renewed = this.#logIn();
    this.#token = renewed;
    renewed.then(
      ({ until }) => (this.#until = until),
      () => (this.#token = undefined),
    );
    return renewed;
  }

  async #logIn(): Promise<Token> {
    const url = new URL(`${this.login.authUrl}/auth/tokens`);
    const began = Date.now();
    const http = await this.ways.to(url);
    const { credentials } = this.login;
    const body = bodyFor(credentials);
    const answer = await http.send(this, url.href, { method: 'POST', body, signal: this.signal });
    const { status, headers, text } = answer;
    if (status === UNAUTHORIZED)
      throw new DomainError('UPSTREAM_ERROR', `${this.named} refuses the account of the openrc file`, {
        upstream: { platform: this.named, status, body: null },
      });
    if (status !== CREATED) throw refusal(this, answer, 'a token');
    const value = headers['x-subject-token'];
    if (typeof value !== 'string' || value === '') throw protocolFailure(this, 'gave no token');
    const { expires_at: end, issued_at: start, catalog, project } = this.#read(text);
    // Both by Keystone's clock, which need not be right.
    const life = end.getTime() - start.getTime();
    // One that says nothing of its life is used until it is refused.
    return { value, until: life > 0 ? began + life * USED : Infinity, catalog, project: project.id };
  }

  #read(text: string): z.output<typeof tokenSchema>['token'] {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch {
      throw protocolFailure(this, 'answered with something that is no JSON');
    }
    const read = tokenSchema.safeParse(value);
    if (read.success) return read.data.token;
    throw protocolFailure(this, `does not answer as Keystone: ${complaintOf(read.error)}`);
  }
}
