import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import type { RegistryAccount } from '../../domains/images/imageRegistry.port.js';
import { BoundedHttp, type HttpAnswer, type HttpOptions, type HttpRequest } from '../../net/boundedHttp.js';
import { Concealment } from '../../kernel/concealment.js';
import { type Named, complaintOf, isTransient, protocolFailure } from '../../net/httpFailures.js';
import { parseJson } from '../../net/text.js';
import { isJson, refusal } from './failures.js';

/** Tries of what only reads, besides the first. */
const MOST_RETRIES = 2;
/** Seconds; a registry that wants to be left alone for longer is. */
const MOST_RETRY_AFTER = 1;
/** Of a list, which GraphQL tells in 32 bits. */
const MOST_TOTAL = 2 ** 31 - 1;

export interface HarborCall {
  method?: HttpRequest['method'];
  /** Below /api/v2.0. */
  path: string;
  query?: Record<string, string>;
  body?: object;
  /** Whether the project in the path is named, also where its name is a number. */
  isByName?: boolean;
  as: RegistryAccount;
  signal: AbortSignal;
}

export interface HarborOptions extends Omit<HttpOptions, 'system'> {
  /** Where Harbor is, without a path. */
  url: string;
  /** Milliseconds before the second try, at most. */
  firstRetry: number;
}

const basic = ({ user, password }: RegistryAccount): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function mayPass(error: unknown): boolean {
  return isTransient(error) && (error.details.retryAfter ?? 0) <= MOST_RETRY_AFTER;
}

/** Harbor's v2.0 API. Each call stands for itself: Harbor would ask for a CSRF token where a cookie came back. */
export class HarborConnection {
  readonly #http: BoundedHttp;
  readonly #named: string;

  constructor(private readonly options: HarborOptions) {
    this.#http = new BoundedHttp({ ...options, system: 'harbor' });
    this.#named = `the image repository at ${options.url}`;
  }

  /** Something that Harbor answered to the account and that it never should. */
  unexpected(as: RegistryAccount, what: string): DomainError {
    return protocolFailure(this.#whom(as), what);
  }

  /** How failures of what the account does are told. */
  #whom({ user, password }: RegistryAccount): Named {
    const concealment = new Concealment([password, Buffer.from(`${user}:${password}`).toString('base64')]);
    return { named: this.#named, conceal: (text) => concealment.in(text) };
  }

  /** What only reads, tried again when the failure is one that passes. Throws DomainError. */
  async get<T extends z.ZodType>(call: HarborCall, schema: T): Promise<z.output<T>> {
    return this.#reading(call, (whom, answer) => this.#read(whom, answer, schema));
  }

  /** The same, with how many items the list has on all of its pages. */
  async list<T extends z.ZodType>(
    call: HarborCall,
    schema: T,
  ): Promise<{ items: z.output<T>; total: number }> {
    return this.#reading(call, (whom, answer) => {
      const total = answer.headers['x-total-count'];
      if (typeof total !== 'string' || !/^\d{1,10}$/.test(total) || Number(total) > MOST_TOTAL)
        throw protocolFailure(whom, 'does not tell how long its list is');
      return { items: this.#read(whom, answer, schema), total: Number(total) };
    });
  }

  async #reading<T>(call: HarborCall, read: (whom: Named, answer: HttpAnswer) => T): Promise<T> {
    const whom = this.#whom(call.as);
    const { firstRetry } = this.options;
    const tries = retry(handleWhen(mayPass), {
      maxAttempts: MOST_RETRIES,
      backoff: new ExponentialBackoff({ initialDelay: firstRetry, maxDelay: firstRetry * 4 }),
    });
    return tries.execute(async () => read(whom, await this.#send(whom, call)), call.signal);
  }

  /** What changes something, tried once. Throws DomainError. */
  async send(call: HarborCall): Promise<void> {
    await this.#send(this.#whom(call.as), call);
  }

  async #send(
    whom: Named,
    { method = 'GET', path, query = {}, body, isByName, as, signal }: HarborCall,
  ): Promise<HttpAnswer> {
    const search = new URLSearchParams(query).toString();
    const answer = await this.#http.send(
      whom,
      `${this.options.url}/api/v2.0${path}${search && `?${search}`}`,
      {
        method,
        body,
        signal,
        headers: {
          authorization: basic(as),
          ...(isByName !== undefined && { 'x-is-resource-name': String(isByName) }),
        },
      },
    );
    if (answer.status >= 200 && answer.status < 300) return this.#checked(whom, method, answer);
    throw refusal(whom, answer);
  }

  /** The portal answers every path that is not the API's with its page, and what stands before it with another. */
  #checked(whom: Named, method: string, answer: HttpAnswer): HttpAnswer {
    const isBare = answer.text === '';
    if (isBare ? method !== 'GET' : isJson(answer)) return answer;
    throw protocolFailure(whom, 'answered with what is no answer of Harbor; HARBOR_URL may lead elsewhere');
  }

  #read<T extends z.ZodType>(whom: Named, { text }: HttpAnswer, schema: T): z.output<T> {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      throw protocolFailure(whom, 'answered with something that is no JSON', error);
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw protocolFailure(whom, `does not answer as Harbor: ${complaintOf(result.error)}`);
  }
}

export const isCode = (error: unknown, code: DomainError['code']): error is DomainError =>
  error instanceof DomainError && error.code === code;
