import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type Upstream, httpUpstream } from '../upstream.js';
import { Refusal, unauthorized } from './answers.js';
import { FakeKeystone } from './keystone.js';
import { type Ask, ROUTES } from './routes.js';
import { type World, smallWorld } from './world.js';

export interface FakeOptions {
  world?: World;
  /** Items of a page, at most. */
  pageSize?: number;
  /** Nova's highest microversion; empty for one without any. */
  microversion?: string;
  tokenSeconds?: number;
  /** Milliseconds before each answer. */
  latency?: number;
  /** Types of services that the catalog lacks. */
  missing?: readonly string[];
  /** Whether the account is an administrator. */
  isAdmin?: boolean;
  /** Whether Heat's policy lets the account list stacks. */
  isHeatOpen?: boolean;
}

/** A strict OpenStack in memory: it knows few paths and parameters, pages everything, and misleads in its links. */
export class FakeOpenStack {
  readonly world: World;
  /** Method, path and query of each request. */
  readonly requests: string[] = [];
  /** Requests at the same time, at most. */
  peak = 0;
  /** Requests without a token that is known. */
  refusals = 0;
  readonly keystone: FakeKeystone;
  #underWay = 0;

  private constructor(
    readonly options: FakeOptions,
    private readonly upstream: Upstream,
  ) {
    this.world = options.world ?? smallWorld();
    this.keystone = new FakeKeystone(options, this.url);
  }

  static async start(options: FakeOptions = {}): Promise<FakeOpenStack> {
    const upstream = await httpUpstream((request, response) => void fake.answer(request, response));
    const fake = new FakeOpenStack(options, upstream);
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.upstream.port}`;
  }

  /** As an openrc file names it. */
  get authUrl(): string {
    return `${this.url}/identity/v3`;
  }

  /** How often a path was asked for, by the beginning of what comes behind the method. */
  asked(path: string): number {
    return this.requests.filter((request) => request.split(' ')[1]?.startsWith(path)).length;
  }

  close(): Promise<void> {
    return this.upstream.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underWay += 1;
    this.peak = Math.max(this.peak, this.#underWay);
    this.requests.push(`${request.method} ${request.url}`);
    const body = await text(request);
    if (this.options.latency !== undefined) await setTimeout(this.options.latency);
    const { status, headers, body: answer } = this.#reply(request, body);
    // Whoever has the answer may ask the next at once.
    this.#underWay -= 1;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(answer));
  }

  #reply(
    request: IncomingMessage,
    body: string,
  ): { status: number; headers?: Record<string, string>; body: object } {
    try {
      const { pathname: path, searchParams: query } = new URL(request.url ?? '/', this.url);
      if (path === '/identity/v3/auth/tokens') return this.keystone.logIn(request.method ?? '', body);
      const ask: Ask = { path, query, headers: request.headers, fake: this };
      if (!this.keystone.knows(request.headers['x-auth-token'])) {
        this.refusals += 1;
        throw unauthorized();
      }
      if (request.method !== 'GET') throw new Refusal(405, {});
      for (const [pattern, answer] of ROUTES) {
        const match = pattern.exec(path);
        if (match) return { status: 200, body: answer(ask, ...match.slice(1).map(decodeURIComponent)) };
      }
      throw new Refusal(404, { code: 404, title: 'Not Found', explanation: `no ${path}` });
    } catch (error) {
      if (error instanceof Refusal) return error;
      return { status: 500, body: { computeFault: { code: 500, message: String(error) } } };
    }
  }
}
