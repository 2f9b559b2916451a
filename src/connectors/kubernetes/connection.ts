import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import got, { type OptionsInit } from 'got';
import type { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import type { Access } from './access.js';
import { Concealment } from '../../kernel/concealment.js';
import { Gathered } from '../../kernel/gathered.js';
import { traceHeaders } from '../../kernel/tracing.js';
import { retryAfterOf } from '../../kernel/retryAfter.js';
import { ItemSplitter } from '../../net/jsonItems.js';
import { countCall } from '../../net/ownCalls.js';
import { Oversized } from '../../net/oversized.js';
import {
  complaintOf,
  failureOf,
  protocolFailure,
  readStatus,
  statusFailure,
  type Named,
} from './failures.js';
import { listSchema } from './objects.js';
import type { Pace } from './pace.js';
import { retrying } from './retry.js';
import { parseJson } from '../../net/text.js';

/** Of one object, or an answer of about its size: etcd stores objects of up to 1.5 MB. */
export const MOST_OBJECT_BYTES = 4_194_304;
/** A list page of 500 nodes, each with the names of 50 images, has about 15 MB. No more is read of one, or of an event. */
export const MOST_PAGE_BYTES = 67_108_864;
const MOST_STATUS_BYTES = 65_536;
/** At the same time, to one cluster; other calls wait, which counts as waiting for the answer. A watch takes over the connection of its list. */
const MOST_CONNECTIONS = 4;
/** Besides them, of answers that are followed. */
export const MOST_FOLLOWED = 20;

/** What is asked for, and by which the answer is known as that. */
const FORMS = {
  json: { accept: 'application/json', type: /^application\/json\s*(;|$)/i },
  /** Of the items of a list their metadata alone: they may be large, or secret. */
  metadata: {
    accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    type: /^application\/json\s*(;|$)/i,
  },
  /** The logs of a container. */
  text: { accept: '*/*', type: /^text\/plain\s*(;|$)/i },
};
/** No coding at all; who is not told may choose one. */
const IDENTITY = 'identity';

export interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON, which is YAML too. */
  body?: unknown;
  contentType?: string;
  form?: keyof typeof FORMS;
  signal: AbortSignal;
}

interface Waiting {
  /** Milliseconds. */
  within?: number;
  /** For the first byte, as long as it takes. */
  isPatient?: boolean;
}

export interface Reader {
  /** Whether nothing more is wanted. */
  take: (chunk: Buffer) => boolean;
  /** There are no more bytes. */
  end: () => void;
}

interface LimitedRequest extends Request {
  /** Milliseconds for each try, waiting for a connection included. */
  within?: number;
}

export interface Call<T extends z.ZodType> extends LimitedRequest {
  reply: T;
}

export interface ListCall<T extends z.ZodType> extends LimitedRequest {
  item: T;
}

export interface Page<T> {
  items: T[];
  /** Of the whole list, the same on every page; empty when the cluster tells none. */
  resourceVersion: string;
  /** Where the list goes on; undefined when the page was cut before it said so. */
  next: string | null | undefined;
  bytes: number;
  /** Whether it was too large to be read to its end. */
  isCut: boolean;
}

export interface ConnectionOptions {
  lookup: LookupFunction;
  pace: Pace;
  /** What this deployment is called in Via, by which it knows its own calls. */
  viaName: string;
}

/** What is known of a list that was cut among its items: where it goes on stands before them as a rule. */
function beginningOf({ list }: ItemSplitter): Pick<Page<unknown>, 'resourceVersion' | 'next'> {
  try {
    return listSchema.parse(parseJson(`${list}]}`));
  } catch {
    return { resourceVersion: '', next: undefined };
  }
}

/** HTTP to one cluster, bounded in time, size and number of calls. */
export class Connection implements Named {
  /** How messages name the cluster. */
  readonly named: string;
  readonly pace: Pace;
  readonly #via: string;
  readonly #agent: http.Agent;
  /** Of what is followed, which may be silent for long and would keep calls waiting. */
  readonly #followers: http.Agent;
  readonly #closing = new AbortController();
  readonly closed = this.#closing.signal;
  readonly conceal: (text: string) => string;

  constructor(
    private readonly access: Access,
    { lookup, pace, viaName }: ConnectionOptions,
  ) {
    this.pace = pace;
    this.#via = `1.1 ${viaName}`;
    this.named = `the cluster at ${access.server}`;
    const concealment = new Concealment(access.secrets);
    this.conceal = (text) => concealment.in(text);
    const { Agent } = access.server.startsWith('https:') ? https : http;
    const { secureContext, verify, serverName } = access.tls;
    const options: https.AgentOptions = {
      lookup,
      secureContext,
      rejectUnauthorized: verify,
      ...(serverName && { servername: serverName }),
    };
    this.#agent = new Agent({
      ...options,
      keepAlive: true,
      maxSockets: MOST_CONNECTIONS,
      maxFreeSockets: 1,
      timeout: pace.idle,
    });
    this.#followers = new Agent({ ...options, maxSockets: MOST_FOLLOWED });
  }

  /** Throws DomainError. */
  call<T extends z.ZodType>({ reply, within = this.pace.call, ...request }: Call<T>): Promise<z.output<T>> {
    return this.#answerOf(request, within, async (answer) =>
      this.parse(reply, this.#parseJson(await this.#collect(answer, MOST_OBJECT_BYTES))),
    );
  }

  /** One page of a list. Throws DomainError. */
  list<T extends z.ZodType>({
    item,
    within = this.pace.call,
    ...request
  }: ListCall<T>): Promise<Page<z.output<T>>> {
    return this.#answerOf(request, within, (answer) => this.#readPage(answer, item));
  }

  /** Every call is one that may be repeated. */
  #answerOf<T>(request: Request, within: number, read: (answer: Readable) => Promise<T>): Promise<T> {
    const until = { signal: request.signal, closed: this.closed };
    return retrying(this.pace, until, async () => read(await this.#send(request, { within })));
  }

  /** The bytes of an answer that has no end; once this resolves, the cluster has agreed to send it. Throws DomainError. */
  stream(request: Request): Promise<Readable> {
    return this.#send(request);
  }

  /** The same of an answer that begins when there is something to tell, on a connection of its own. Throws DomainError. */
  follow(request: Request): Promise<Readable> {
    return this.#send(request, { isPatient: true });
  }

  /** Gives the bytes of an answer as they come, and, when it is tried again, all of them again. Throws DomainError. */
  read({ within = this.pace.call, ...request }: LimitedRequest, begin: () => Reader): Promise<void> {
    return this.#answerOf(request, within, async (answer) => {
      const { take, end } = begin();
      for await (const chunk of this.#chunks(answer)) if (take(chunk)) return;
      end();
    });
  }

  async #send(request: Request, waiting: Waiting = {}): Promise<Readable> {
    return countCall({ system: 'kubernetes', named: this.named }, request.signal, async () =>
      this.#begin(request, waiting),
    );
  }

  async #begin(request: Request, waiting: Waiting): Promise<Readable> {
    const stream = got.stream(this.access.server + request.path, this.#options(request, waiting));
    // What goes wrong after the answer has begun is seen by whoever reads it.
    stream.on('error', () => undefined);
    try {
      const [{ statusCode, headers }] = (await once(stream, 'response')) as [
        IncomingMessage & { statusCode: number },
      ];
      if (statusCode >= 300) {
        throw statusFailure(this, statusCode, await this.#statusOf(stream), retryAfterOf(headers));
      }
      const { 'content-encoding': coding = IDENTITY, 'content-type': type = '' } = headers;
      if (coding !== IDENTITY) throw protocolFailure(this, `answered in the coding ${coding}, unasked`);
      const { form = 'json' } = request;
      if (FORMS[form].type.test(type)) return stream;
      throw protocolFailure(this, `answered with something that is no ${form === 'text' ? 'text' : 'JSON'}`);
    } catch (error) {
      stream.destroy();
      throw failureOf(error, this);
    }
  }

  async #readPage<T extends z.ZodType>(answer: Readable, schema: T): Promise<Page<z.output<T>>> {
    const splitter = new ItemSplitter('items', MOST_OBJECT_BYTES);
    const items: z.output<T>[] = [];
    const take = (item: string | Oversized) =>
      items.push(this.parse(schema, item instanceof Oversized ? item : this.#parseJson(item)));
    let bytes = 0;
    try {
      for await (const chunk of this.#chunks(answer)) {
        bytes += chunk.length;
        if (bytes > MOST_PAGE_BYTES) break;
        for (const item of splitter.push(chunk)) take(item);
      }
    } catch (error) {
      if (error instanceof RangeError)
        throw protocolFailure(this, `answered with no list: ${error.message}`, error);
      throw error;
    }
    if (bytes <= MOST_PAGE_BYTES) {
      const list = this.parse(listSchema, this.#parseJson(splitter.list));
      return { items, ...list, bytes, isCut: false };
    }
    if (splitter.oversized) take(splitter.oversized);
    return { items, ...beginningOf(splitter), bytes, isCut: true };
  }

  /** What a refusal says: a few bytes, which have an end also where what was asked for has none. */
  async #statusOf(stream: Readable): Promise<ReturnType<typeof readStatus>> {
    const late = setTimeout(() => stream.destroy(this.#stuck()), this.pace.patience);
    try {
      return readStatus(await this.#collect(stream, MOST_STATUS_BYTES));
    } finally {
      clearTimeout(late);
    }
  }

  async #collect(stream: Readable, mostBytes: number): Promise<string> {
    const bytes = new Gathered();
    for await (const chunk of this.#chunks(stream)) {
      if (bytes.length + chunk.length > mostBytes)
        throw protocolFailure(this, `answered with more than ${mostBytes} bytes`);
      bytes.add(chunk);
    }
    return bytes.whole().toString();
  }

  async *#chunks(stream: Readable): AsyncGenerator<Buffer> {
    const patience = setTimeout(() => stream.destroy(this.#stuck()), this.pace.patience);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        patience.refresh();
        yield chunk;
      }
    } catch (error) {
      throw failureOf(error, this);
    } finally {
      clearTimeout(patience);
    }
  }

  #stuck(): DomainError {
    return new DomainError('UPSTREAM_TIMEOUT', `${this.named} stopped in the middle of its answer`);
  }

  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
    this.#followers.destroy();
  }

  #options(
    { method = 'GET', query = {}, body, contentType = 'application/json', form = 'json', signal }: Request,
    { within, isPatient = false }: Waiting,
  ) {
    const { authorization } = this.access;
    const agent = isPatient ? this.#followers : this.#agent;
    const { patience } = this.pace;
    return {
      method,
      searchParams: query,
      headers: {
        'user-agent': 'isthmus',
        accept: FORMS[form].accept,
        'accept-encoding': IDENTITY,
        via: this.#via,
        // Nobody's in particular, and never that of a caller from a trusted network.
        'x-forwarded-for': 'unknown',
        ...traceHeaders(),
        ...(authorization !== null && { authorization }),
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      agent: { http: agent, https: agent as https.Agent },
      signal: AbortSignal.any([signal, this.closed]),
      timeout: {
        lookup: patience,
        connect: patience,
        secureConnect: patience,
        ...(!isPatient && { response: patience }),
        ...(within !== undefined && { request: within }),
      },
      retry: { limit: 0 },
      decompress: false,
      followRedirect: false,
      throwHttpErrors: false,
    } satisfies OptionsInit;
  }

  #parseJson(text: string): unknown {
    try {
      return parseJson(text);
    } catch {
      throw protocolFailure(this, 'answered with something that is no JSON');
    }
  }

  /** What the cluster sent, if it is what its API promises. */
  parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw protocolFailure(this, `does not answer as a Kubernetes API server: ${complaintOf(result.error)}`);
  }
}
