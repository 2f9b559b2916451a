import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import got, { type OptionsInit } from 'got';
import type { z } from 'zod';
import type { Access } from './access.js';
import { failureOf, protocolFailure } from './failures.js';
import type { Pace } from './pace.js';

/** A list page of 500 nodes, each with the names of 50 images, has about 15 MB. */
const MOST_BYTES = 67_108_864;
/** At the same time, to one cluster; others wait, which counts as waiting for the answer. */
const MOST_CALLS = 4;
const MOST_RETRY_AFTER = 5000;

export interface Call<T extends z.ZodType> {
  method?: 'GET' | 'POST' | 'PATCH';
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON, which is YAML too. */
  body?: unknown;
  contentType?: string;
  reply: T;
  signal: AbortSignal;
  /** For callers that try again by themselves. */
  once?: boolean;
}

/** HTTP to one cluster, bounded in time, size and number of calls. */
export class Connection {
  /** How messages name the cluster. */
  readonly named: string;
  readonly #calls: http.Agent;
  readonly #watches: http.Agent;
  readonly #closing = new AbortController();
  readonly closed = this.#closing.signal;

  constructor(
    private readonly access: Access,
    lookup: LookupFunction,
    private readonly pace: Pace,
  ) {
    this.named = `the cluster at ${access.server}`;
    const { Agent } = access.server.startsWith('https:') ? https : http;
    const { secureContext, verify, serverName } = access.tls;
    const options: https.AgentOptions = {
      lookup,
      secureContext,
      rejectUnauthorized: verify,
      ...(serverName && { servername: serverName }),
      keepAlive: true,
    };
    this.#calls = new Agent({ ...options, maxSockets: MOST_CALLS, maxFreeSockets: 1, timeout: pace.idle });
    this.#watches = new Agent({ ...options, maxFreeSockets: 0 });
  }

  /** Throws DomainError. Every call is one that may be repeated. */
  async call<T extends z.ZodType>({ reply, once, ...call }: Call<T>): Promise<z.output<T>> {
    const tooLarge = new AbortController();
    const signal = AbortSignal.any([call.signal, tooLarge.signal, this.closed]);
    const request = got(this.access.server + call.path, {
      ...this.#options(this.#calls, { ...call, signal }),
      timeout: { ...this.#steps, read: this.pace.patience, request: this.pace.call },
      retry: {
        limit: once ? 0 : 2,
        methods: ['GET', 'POST', 'PATCH'],
        statusCodes: [429, 500, 502, 503, 504],
        errorCodes: ['ECONNRESET', 'EPIPE'],
        maxRetryAfter: MOST_RETRY_AFTER,
        backoffLimit: this.pace.backoffBase * 4,
        calculateDelay: ({ computedValue }) =>
          computedValue && computedValue + Math.random() * this.pace.backoffBase,
      },
      responseType: 'buffer',
    });
    void request.on('downloadProgress', ({ transferred }) => {
      if (transferred > MOST_BYTES) tooLarge.abort();
    });
    try {
      const { rawBody } = await request;
      return this.#read(reply, Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength));
    } catch (error) {
      call.signal.throwIfAborted();
      if (tooLarge.signal.aborted)
        throw protocolFailure(this.named, `answered with more than ${MOST_BYTES} bytes`);
      throw failureOf(error, this.named);
    }
  }

  /** The bytes of an answer that has no end; once this resolves, the cluster has agreed to send it. Throws DomainError. */
  async stream(path: string, query: Record<string, string>, signal: AbortSignal) {
    const stream = got.stream(this.access.server + path, {
      ...this.#options(this.#watches, { query, signal: AbortSignal.any([signal, this.closed]) }),
      timeout: this.#steps,
      retry: { limit: 0 },
    });
    return new Promise<typeof stream>((resolve, reject) => {
      stream.once('response', ({ headers }: IncomingMessage) => {
        if (headers['content-type']?.startsWith('application/json')) return resolve(stream);
        reject(protocolFailure(this.named, 'answered a watch with something that is no JSON'));
        stream.destroy();
      });
      // Stays, as what happens after the response is seen by whoever reads the stream.
      stream.on('error', (error) => reject(signal.aborted ? signal.reason : failureOf(error, this.named)));
    });
  }

  get #steps() {
    const { patience } = this.pace;
    return { lookup: patience, connect: patience, secureConnect: patience, response: patience };
  }

  close(): void {
    this.#closing.abort();
    this.#calls.destroy();
    this.#watches.destroy();
  }

  #options(
    agent: http.Agent,
    {
      method = 'GET',
      query = {},
      body,
      contentType = 'application/json',
      signal,
    }: Omit<Call<z.ZodType>, 'reply' | 'path'>,
  ) {
    const { authorization } = this.access;
    return {
      method,
      searchParams: query,
      headers: {
        'user-agent': 'isthmus',
        accept: 'application/json',
        ...(authorization !== null && { authorization }),
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      agent: { http: agent, https: agent as https.Agent },
      signal,
      decompress: false,
      followRedirect: false,
    } satisfies OptionsInit;
  }

  #read<T extends z.ZodType>(reply: T, body: Buffer): z.output<T> {
    let value: unknown;
    try {
      value = JSON.parse(body.toString());
    } catch (error) {
      throw protocolFailure(this.named, 'answered with something that is no JSON', error);
    }
    return this.parse(reply, value);
  }

  /** What the cluster sent, if it is what its API promises. */
  parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const where = issue?.path.join('.') || 'its answer';
    throw protocolFailure(
      this.named,
      `does not answer as a Kubernetes API server: ${where}: ${issue?.message}`,
    );
  }
}
