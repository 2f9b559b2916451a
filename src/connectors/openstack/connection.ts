import { DelegateBackoff, type IRetryBackoffContext, bulkhead, handleWhen, retry } from 'cockatiel';
import { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import { Gathered } from '../../kernel/gathered.js';
import { pace } from '../../kernel/turns.js';
import type { HttpAnswer, HttpHead } from '../../net/boundedHttp.js';
import { type Named, complaintOf, protocolFailure } from '../../net/httpFailures.js';
import { parseJson, tidy } from '../../net/text.js';
import { type EndpointChoice, endpointOf } from './catalog.js';
import { isStatus, mayPass, refusal } from './failures.js';
import type { Keystone, Token } from './keystone.js';
import { type Microversion, microversionHeaders, negotiated } from './microversion.js';
import { Room } from './room.js';
import type { ServiceName } from './services.js';
import type { Ways } from './ways.js';

/** Tries of a request, besides the first. */
const MOST_RETRIES = 2;
/** Seconds; a service that wants to be left alone for longer is. */
const MOST_RETRY_AFTER = 10;
/** Milliseconds that sending a request and reading a short answer takes. */
const REQUEST_WORK = 1;
/** Bytes of what is no list, and of what a service says of a failure. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface CloudRequest {
  service: ServiceName;
  /** Relative to the service's endpoint. */
  path: string;
  query?: URLSearchParams;
  /** What the account needs for it. */
  right?: string;
}

export interface ConnectionOptions extends EndpointChoice {
  /** Requests at the same time, of the whole cloud. */
  requests: number;
  /** Milliseconds before the second try. */
  firstRetry: number;
  /** Characters of what is kept of the cloud while it is read. */
  mostKept: number;
}

type Take<T> = (whom: Named, body: AsyncIterable<Buffer>) => Promise<T>;

const ENDS_IN_VERSION = /\/v[\d.]+$/;
const versionSchema = z.object({ version: z.object({ version: z.string().nullish() }) });

async function textOf(whom: Named, body: AsyncIterable<Buffer>): Promise<string> {
  const bytes = new Gathered();
  for await (const chunk of body) {
    if (bytes.length + chunk.length > MOST_BYTES)
      throw protocolFailure(whom, `answered with more than ${MOST_BYTES} bytes`);
    bytes.add(chunk);
  }
  return bytes.whole().toString();
}

/** The services of a cloud, as one account asks them. */
export class CloudConnection {
  readonly room: Room;
  readonly #turns;
  readonly #tries;
  #microversion: Microversion | undefined;

  constructor(
    private readonly parts: {
      keystone: Keystone;
      ways: Ways;
      options: ConnectionOptions;
      signal: AbortSignal;
    },
  ) {
    const { requests, firstRetry, mostKept } = parts.options;
    this.room = new Room(mostKept);
    this.#turns = bulkhead(requests, Infinity);
    this.#tries = retry(handleWhen(mayRepeat), {
      maxAttempts: MOST_RETRIES,
      backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) =>
        waitAfter(context, firstRetry),
      ),
    });
  }

  /** Of these services those that the catalog does not name. */
  async without<S extends ServiceName>(services: readonly S[]): Promise<S[]> {
    const token = await this.parts.keystone.token();
    return services.filter((service) => !this.#endpoint(token, service));
  }

  /** Nova's that is spoken; undefined where it has none, and before it was negotiated. */
  get microversion(): Microversion | undefined {
    return this.#microversion;
  }

  /** Finds out which microversion Nova speaks. Throws DomainError where the catalog does not have it. */
  async negotiate(): Promise<void> {
    const endpoint = this.#endpoint(await this.parts.keystone.token(), 'Nova');
    // Where it has the project, the version is told above it.
    const path = endpoint && !ENDS_IN_VERSION.test(endpoint.pathname) ? '../' : './';
    const { version } = await this.get({ service: 'Nova', path }, versionSchema);
    this.#microversion = negotiated(version.version);
  }

  /** Throws DomainError. */
  get<T extends z.ZodType>(request: CloudRequest, schema: T): Promise<z.output<T>> {
    return this.read(request, async (whom, body) =>
      parsed(whom, await textOf(whom, body), request.path, schema),
    );
  }

  /** The same, whose bytes are read as they come, and, when it is tried again, all of them again. */
  read<T>(request: CloudRequest, take: Take<T>): Promise<T> {
    return this.#tries.execute(
      () =>
        this.#turns.execute(async () => {
          await pace.take(REQUEST_WORK);
          return this.#ask(request, take);
        }, this.parts.signal),
      this.parts.signal,
    );
  }

  async #ask<T>(request: CloudRequest, take: Take<T>): Promise<T> {
    const { keystone } = this.parts;
    const token = await keystone.token();
    try {
      return await this.#askWith(token, request, take);
    } catch (error) {
      if (!isStatus(error, 401)) throw error;
      return this.#askWith(await keystone.tokenAfter(token), request, take);
    }
  }

  async #askWith<T>(token: Token, { service, path, query, right }: CloudRequest, take: Take<T>): Promise<T> {
    const endpoint = this.#endpoint(token, service);
    if (!endpoint) throw this.#lacking(service);
    const url = new URL(path, `${endpoint.href}/`);
    url.search = query?.toString() ?? '';
    const concealment = this.parts.keystone.concealing(token.value);
    const whom = { named: `${service} at ${endpoint.href}`, conceal: (text: string) => concealment.in(text) };
    const version = service === 'Nova' ? this.#microversion : undefined;
    const headers = { 'x-auth-token': token.value, ...(version && microversionHeaders(version)) };
    const http = await this.parts.ways.to(url);
    return http.read(whom, url.href, { headers, signal: this.parts.signal }, async (head: HttpHead, body) => {
      if (head.status === 200) return take(whom, body);
      const answer: HttpAnswer = { ...head, text: await textOf(whom, body) };
      throw refusal(whom, answer, path, right);
    });
  }

  #endpoint({ catalog, project }: Token, service: ServiceName): URL | undefined {
    return endpointOf(catalog, service, this.parts.options, project);
  }

  #lacking(service: ServiceName): DomainError {
    const { interface: kind, region } = this.parts.options;
    const where = `the interface ${kind ?? 'public'}${region === null ? '' : ` in the region ${tidy(region)}`}`;
    return protocolFailure(this.parts.keystone, `gives a catalog without ${service} for ${where}`);
  }
}

/** What came, if it is what the API promises. */
export function parsed<T extends z.ZodType>(whom: Named, text: string, what: string, schema: T): z.output<T> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw protocolFailure(whom, `answered with something that is no JSON for ${what}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw protocolFailure(whom, `does not answer as OpenStack does for ${what}: ${complaintOf(read.error)}`);
}

function mayRepeat(error: unknown): boolean {
  return mayPass(error) && (error.details.retryAfter ?? 0) <= MOST_RETRY_AFTER;
}

function waitAfter({ attempt, result }: IRetryBackoffContext<unknown>, firstRetry: number): number {
  const wanted =
    'error' in result && result.error instanceof DomainError ? result.error.details.retryAfter : 0;
  return Math.max(firstRetry * 2 ** (attempt - 1), (wanted ?? 0) * 1000);
}
