import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import got, { type OptionsInit } from 'got';
import { DomainError } from '../kernel/errors.js';
import { Gathered } from '../kernel/gathered.js';
import { type ForeignSystem, countCall } from './ownCalls.js';
import { traceHeaders } from '../kernel/tracing.js';
import { type Named, failureOf, protocolFailure } from './httpFailures.js';

/** How patient calls are; all in milliseconds. */
export interface Patience {
  /** For each step: looking up, connecting, the first byte, the next byte. */
  step: number;
  /** For a whole call, waiting for a connection included. */
  call: number;
}

export interface HttpLimits {
  patience: Patience;
  /** Bytes of a body; no more is read. */
  mostBytes: number;
  /** Bytes of an answer's head; Node's own 16 KiB unless said otherwise. */
  mostHead?: number | undefined;
  /** At the same time, to one host; other calls wait. */
  connections: number;
}

export interface HttpOptions extends HttpLimits {
  /** Whom it calls, for the metrics. */
  system: ForeignSystem;
  lookup?: LookupFunction | undefined;
  /** Makes what opens connections, where that is not this machine. */
  agents?: ((options: https.AgentOptions) => HttpAgents) | undefined;
  /** Which certificates vouch for the host's, in place of the system's; made once, as that takes as long as a hundred requests. */
  secureContext?: SecureContext | undefined;
  /** What this deployment is called in Via, by which it knows its own calls. */
  viaName: string;
}

export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object | undefined;
  signal: AbortSignal;
}

export interface HttpHead {
  status: number;
  headers: IncomingHttpHeaders;
}

export interface HttpAnswer extends HttpHead {
  text: string;
}

export interface HttpAgents {
  http: http.Agent;
  https: https.Agent;
}

const ownAgents = (options: https.AgentOptions): HttpAgents => ({
  http: new http.Agent(options),
  https: new https.Agent(options),
});

/** No coding at all; who is not told may choose one. */
const IDENTITY = 'identity';

/** HTTP calls bounded in time, size and number: no redirect is followed, no cookie kept, nothing tried again. */
export class BoundedHttp {
  readonly #agents: HttpAgents;

  constructor(private readonly options: HttpOptions) {
    const { lookup, agents = ownAgents, secureContext, connections } = options;
    const kept = { keepAlive: true, maxSockets: connections, maxFreeSockets: 2, timeout: 30_000 };
    this.#agents = agents({ ...kept, lookup, secureContext });
  }

  /** Throws DomainError, unless the caller went away. */
  send(whom: Named, url: string, request: HttpRequest): Promise<HttpAnswer> {
    return this.read(whom, url, request, async (head, body) => {
      const bytes = new Gathered();
      for await (const chunk of body) bytes.add(chunk);
      return { ...head, text: bytes.whole().toString() };
    });
  }

  /** The same, of an answer whose bytes `take` reads as they come; what it throws is thrown. */
  async read<T>(
    whom: Named,
    url: string,
    request: HttpRequest,
    take: (head: HttpHead, body: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    return countCall({ system: this.options.system, named: whom.named }, request.signal, async () =>
      this.#read(whom, url, request, take),
    );
  }

  async #read<T>(
    whom: Named,
    url: string,
    request: HttpRequest,
    take: (head: HttpHead, body: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const stream = got.stream(url, this.#options(request));
    // What goes wrong after the answer has begun is seen by whoever reads it.
    stream.on('error', () => undefined);
    // Else got waits for a body of every method that may have one.
    if (!request.body && request.method === 'DELETE') stream.end();
    try {
      const [{ statusCode, headers }] = (await once(stream, 'response')) as [
        IncomingMessage & { statusCode: number },
      ];
      const { 'content-encoding': coding = IDENTITY } = headers;
      if (coding !== IDENTITY) throw protocolFailure(whom, `answered in the coding ${coding}, unasked`);
      return await take({ status: statusCode, headers }, this.#chunks(stream, whom));
    } catch (error) {
      throw failureOf(error, whom);
    } finally {
      stream.destroy();
    }
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async *#chunks(stream: AsyncIterable<Buffer> & { destroy: (error: Error) => void }, whom: Named) {
    const { patience, mostBytes } = this.options;
    const stuck = new DomainError('UPSTREAM_TIMEOUT', `${whom.named} stopped in the middle of its answer`);
    const wait = () => setTimeout(() => stream.destroy(stuck), patience.step);
    let timer = wait();
    let length = 0;
    try {
      for await (const chunk of stream) {
        // Whoever takes it has time.
        clearTimeout(timer);
        length += chunk.length;
        if (length > mostBytes) throw protocolFailure(whom, `answered with more than ${mostBytes} bytes`);
        yield chunk;
        timer = wait();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #options({ method = 'GET', headers, body, signal }: HttpRequest) {
    const { patience, viaName, mostHead } = this.options;
    const { step, call } = patience;
    return {
      method,
      headers: {
        'user-agent': 'isthmus',
        accept: 'application/json',
        'accept-encoding': IDENTITY,
        via: `1.1 ${viaName}`,
        // Nobody's in particular, and never that of a caller from a trusted network.
        'x-forwarded-for': 'unknown',
        ...(body && { 'content-type': 'application/json' }),
        ...traceHeaders(),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      agent: this.#agents,
      signal,
      timeout: { lookup: step, connect: step, secureConnect: step, response: step, request: call },
      retry: { limit: 0 },
      maxHeaderSize: mostHead,
      decompress: false,
      followRedirect: false,
      throwHttpErrors: false,
    } satisfies OptionsInit;
  }
}
