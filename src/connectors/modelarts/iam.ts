import https from 'node:https';
import http from 'node:http';
import { createSecureContext, getCACertificates } from 'node:tls';
import { z } from 'zod';
import type { IamUser, SigningAccount } from '../../domains/platforms/signer.port.js';
import { Concealment } from '../../kernel/concealment.js';
import { DomainError } from '../../kernel/errors.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import { BoundedHttp, type HttpLimits, type HttpOptions } from '../../net/boundedHttp.js';
import { guardedLookup, type Resolve } from '../../net/guardedLookup.js';
import { type Named, complaintOf, protocolFailure } from '../../net/httpFailures.js';
import { parseJson, tidy } from '../../net/text.js';

/** A token says what its holder may do, and stands in a header field. */
const LIMITS: HttpLimits = {
  patience: { step: 5_000, call: 15_000 },
  mostBytes: 1_048_576,
  mostHead: 131_072,
  connections: 2,
};
/** Of its life, how much of a token is used; the rest is for requests that are under way. */
const USED = 0.9;
const CREATED = 201;
/** Characters of what is repeated of a refusal. */
const MOST_QUOTED = 512;

const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const tokenSchema = z.object({ token: z.object({ expires_at: instant, issued_at: instant }) });

export interface IamParts {
  addresses: AddressPolicy;
  viaName: string;
  resolve?: Resolve | undefined;
  limits?: HttpLimits | undefined;
}

export interface Token {
  /** A secret. */
  value: string;
  /** By our clock, in milliseconds. */
  until: number;
}

/** https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html */
function bodyFor({ domain, user, password }: IamUser, { projectId, region }: SigningAccount): object {
  const identity = {
    methods: ['password'],
    password: { user: { name: user, password, domain: { name: domain } } },
  };
  const project = projectId === null ? { name: region } : { id: projectId };
  return { auth: { identity, scope: { project } } };
}

function trustOf({ ca, verify }: SigningAccount['route']['tls']): Partial<HttpOptions> {
  const secureContext =
    ca === null ? undefined : createSecureContext({ ca: [...getCACertificates('default'), ca] });
  if (verify) return { secureContext };
  const agents = (options: https.AgentOptions) => ({
    http: new http.Agent(options),
    https: new https.Agent({ ...options, rejectUnauthorized: false }),
  });
  return { secureContext, agents };
}

/** Where an account logs in; of its platform's region unless it says otherwise. */
function endpointOf({ iamEndpoint }: IamUser, { route, region, projectId }: SigningAccount): URL {
  if (iamEndpoint !== undefined) return new URL(iamEndpoint);
  if (region !== null) return new URL(`https://iam.${region}.myhuaweicloud.com`);
  const missing = projectId === null ? 'a region' : 'a region, or its credentials an iamEndpoint';
  const message = `platform ${JSON.stringify(route.name)} needs ${missing}, where its user logs in; give it with updatePlatform`;
  throw new DomainError('NOT_CONFIGURED', message);
}

/** Logs a user in at Huawei's identity service. Throws DomainError. */
export async function logIn(user: IamUser, account: SigningAccount, parts: IamParts): Promise<Token> {
  const { addresses, viaName, resolve, limits = LIMITS } = parts;
  const url = new URL('/v3/auth/tokens?nocatalog=true', endpointOf(user, account));
  const concealment = new Concealment([user.password]);
  const whom: Named = { named: `IAM at ${url.host}`, conceal: (text) => concealment.in(text) };
  if (!addresses.allowsHost(url.hostname))
    throw new DomainError('ADDRESS_DENIED', `${whom.named} has an address that platforms must not have`);
  const lookup = guardedLookup(addresses, resolve);
  const connection = new BoundedHttp({
    ...limits,
    system: 'iam',
    ...trustOf(account.route.tls),
    viaName,
    lookup,
  });
  try {
    const began = Date.now();
    // Whoever asked first may go away: others wait for the same token.
    const { signal } = new AbortController();
    const body = bodyFor(user, account);
    const { status, headers, text } = await connection.send(whom, url.href, { method: 'POST', body, signal });
    if (status !== CREATED) {
      const said = tidy(whom.conceal(text), MOST_QUOTED);
      throw new DomainError(
        'UPSTREAM_ERROR',
        `${whom.named} gives the user no token: it answered ${status}`,
        {
          upstream: { platform: account.route.name, status, body: said },
        },
      );
    }
    const value = headers['x-subject-token'];
    if (typeof value !== 'string' || value === '') throw protocolFailure(whom, 'gave no token');
    return { value, until: began + lifeOf(text, whom) * USED };
  } finally {
    connection.close();
  }
}

/** Milliseconds, by IAM's clock alone, which need not be right. */
function lifeOf(text: string, whom: Named): number {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw protocolFailure(whom, 'answered with something that is no JSON');
  }
  const read = tokenSchema.safeParse(value);
  if (!read.success) throw protocolFailure(whom, `does not answer as IAM: ${complaintOf(read.error)}`);
  const { expires_at: end, issued_at: start } = read.data.token;
  return end.getTime() - start.getTime();
}
