import { z } from 'zod';
import type { RegistryAccount } from '../../domains/images/imageRegistry.port.js';
import type { RegistryCheck, RegistryProbe } from '../../domains/images/registryProbe.port.js';
import { DomainError } from '../../kernel/errors.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import { BoundedHttp, type HttpAnswer, type HttpLimits } from '../../net/boundedHttp.js';
import { Concealment } from '../../kernel/concealment.js';
import { guardedLookup, type Resolve } from '../../net/guardedLookup.js';
import type { Named } from '../../net/httpFailures.js';
import { parseJson } from '../../net/text.js';
import { originsOf } from './address.js';
import { challengeOf } from './challenge.js';

/** Answers are short: a token has some KB. */
const LIMITS: HttpLimits = {
  patience: { step: 5_000, call: 10_000 },
  mostBytes: 262_144,
  connections: 8,
};

export interface ProbeParts {
  addresses: AddressPolicy;
  viaName: string;
  resolve?: Resolve;
  limits?: HttpLimits;
}

type Outcome = { result: RegistryCheck; message: string };

const outcome = (result: `${RegistryCheck}`, message: string): Outcome => ({
  result: result as RegistryCheck,
  message,
});

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

function tokenOf({ text }: HttpAnswer): string | undefined {
  try {
    const { token, access_token: accessToken } = tokenSchema.parse(parseJson(text));
    return token || accessToken;
  } catch {
    return undefined;
  }
}

const isOk = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;
const isRefusal = ({ status }: HttpAnswer): boolean => status === 401 || status === 403;

/** Every registry that speaks the distribution API says so, to whoever asks. */
const isRegistry = ({ headers }: HttpAnswer): boolean =>
  headers['docker-distribution-api-version'] !== undefined;

/** One question after another to one registry. */
class Inquiry {
  readonly #whom: Named;
  readonly #basic: string;

  constructor(
    private readonly parts: { http: BoundedHttp; addresses: AddressPolicy },
    private readonly origin: URL,
    account: RegistryAccount,
    private readonly signal: AbortSignal,
  ) {
    const encoded = Buffer.from(`${account.user}:${account.password}`).toString('base64');
    this.#basic = `Basic ${encoded}`;
    const concealment = new Concealment([account.password, encoded]);
    this.#whom = { named: `the registry at ${origin.host}`, conceal: (text) => concealment.in(text) };
  }

  async run(): Promise<Outcome> {
    const first = await this.#get(new URL('/v2/', this.origin));
    const challenge = challengeOf(first.headers['www-authenticate']);
    if (isOk(first) && isRegistry(first)) return outcome('WORKS', 'the registry lets everybody in');
    if (first.status !== 401 || !challenge) return this.#noRegistry(first);
    const authorization = challenge.scheme === 'basic' ? this.#basic : await this.#token(challenge);
    if (typeof authorization !== 'string') return authorization;
    const second = await this.#get(new URL('/v2/', this.origin), authorization);
    if (isOk(second)) return outcome('WORKS', 'the registry accepts the account');
    if (isRefusal(second)) return outcome('WRONG_CREDENTIALS', 'the registry refuses the account');
    return this.#noRegistry(second);
  }

  /** The header that a token service gives for the account; else what came of asking. */
  async #token({
    realm,
    service,
  }: {
    realm: string;
    service: string | undefined;
  }): Promise<string | Outcome> {
    const url = URL.parse(realm);
    if (!url || !/^https?:$/.test(url.protocol)) return outcome('NO_REGISTRY', 'it names no token service');
    // The password must not travel in the clear because a registry asks for that.
    if (
      url.protocol === 'http:' &&
      this.origin.protocol === 'https:' &&
      url.hostname !== this.origin.hostname
    )
      return outcome('UNREACHABLE', 'its token service is reached without TLS only');
    if (url.protocol === 'http:' && this.origin.protocol === 'https:') url.protocol = 'https:';
    if (service !== undefined) url.searchParams.set('service', service);
    const answer = await this.#get(url, this.#basic);
    if (isRefusal(answer)) return outcome('WRONG_CREDENTIALS', 'the registry refuses the account');
    const token = isOk(answer) ? tokenOf(answer) : undefined;
    return token === undefined
      ? outcome('NO_REGISTRY', 'its token service gives no token')
      : `Bearer ${token}`;
  }

  async #get(url: URL, authorization?: string): Promise<HttpAnswer> {
    if (!this.parts.addresses.allowsHost(url.hostname))
      throw new DomainError('ADDRESS_DENIED', `${url.hostname} has an address that platforms must not have`);
    const headers = authorization === undefined ? {} : { authorization };
    return this.parts.http.send(this.#whom, url.href, { headers, signal: this.signal });
  }

  #noRegistry({ status }: HttpAnswer): Outcome {
    return status >= 500
      ? outcome('UNREACHABLE', `the registry answered ${status}`)
      : outcome('NO_REGISTRY', `what is there is no image registry: it answered ${status}`);
  }
}

/** A peer that answers in another way than HTTP does is there, and no registry. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof DomainError)) throw error;
  return outcome(error.code === 'UPSTREAM_PROTOCOL' ? 'NO_REGISTRY' : 'UNREACHABLE', error.message);
}

/** Any registry that speaks the distribution API: https://distribution.github.io/distribution/spec/api/ */
export function createRegistryProbe({
  addresses,
  viaName,
  resolve,
  limits = LIMITS,
}: ProbeParts): RegistryProbe {
  const http = new BoundedHttp({
    ...limits,
    system: 'registry',
    viaName,
    lookup: guardedLookup(addresses, resolve),
  });
  return {
    check: async (address, account, signal) => {
      let last = outcome('NO_REGISTRY', 'the address is none');
      for (const origin of originsOf(address)) {
        try {
          return await new Inquiry({ http, addresses }, origin, account, signal).run();
        } catch (error) {
          signal.throwIfAborted();
          last = outcomeOf(error);
        }
      }
      return last;
    },
  };
}
