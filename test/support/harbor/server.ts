import type http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Upstream, httpUpstream } from '../upstream.js';
import { HarborApi } from './api.js';
import { HarborFailure, HarborStore } from './store.js';

export const HARBOR_ADMIN = { user: 'admin', password: 'Harbor12345' } as const;

/** How requests are answered instead of properly: a number is an HTTP status, in Harbor's words, or nginx's page from 502 on. */
export type HarborFault = 'hang' | 'reset' | 'cut' | 'html' | 'half-json' | 'lost' | number;

const PAGE = '<html><head><title>Harbor</title></head></html>';
const MARGIN = 1000;

const basicOf = (header = ''): { user: string; password: string } => {
  const decoded = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();
  const at = decoded.indexOf(':');
  return { user: decoded.slice(0, at), password: decoded.slice(at + 1) };
};

/** Harbor behind nginx, of the parts that the product uses, on a free port of the loopback address. */
export class FakeHarbor {
  store = new HarborStore(HARBOR_ADMIN);
  /** `METHOD path?query` of every request. */
  readonly requests: string[] = [];
  /** Seconds, with 429. */
  retryAfter = 0;
  #fault: { fault: HarborFault; matches: RegExp; left: number } | undefined;

  private constructor(private readonly listening: { upstream: Upstream<http.Server> }) {}

  static async start(): Promise<FakeHarbor> {
    const handlers: { handle?: http.RequestListener } = {};
    const upstream = await httpUpstream((request, response) => handlers.handle?.(request, response));
    const harbor = new FakeHarbor({ upstream });
    handlers.handle = (request, response) => void harbor.#receive(request, response);
    return harbor;
  }

  get url(): string {
    return `http://127.0.0.1:${this.listening.upstream.port}`;
  }

  /** A fresh installation. */
  reset(): void {
    this.store = new HarborStore(HARBOR_ADMIN);
    this.heal();
  }

  /** For requests whose `METHOD path?query` matches, `count` of them or until `heal`. */
  break(fault: HarborFault, matches = /./, count = Infinity): void {
    this.#fault = { fault, matches, left: count };
  }

  heal(): void {
    this.#fault = undefined;
  }

  /** Nobody listens any more. */
  async down(): Promise<void> {
    const { server, sockets } = this.listening.upstream;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }

  async up(): Promise<void> {
    const { server, port } = this.listening.upstream;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  close(): Promise<void> {
    return this.listening.upstream.server.listening ? this.down() : Promise.resolve();
  }

  #takeFault(what: string): HarborFault | undefined {
    const fault = this.#fault;
    if (!fault || fault.left <= 0 || !fault.matches.test(what)) return undefined;
    fault.left -= 1;
    return fault.fault;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = `${request.method} ${request.url}`;
    this.requests.push(what);
    const body = await text(request);
    const fault = this.#takeFault(what);
    try {
      if (fault !== undefined && fault !== 'lost') this.#fail(fault, request, response);
      else if (fault === 'lost') {
        this.#answer(request, body);
        response.socket?.resetAndDestroy();
      } else this.#send(response, this.#answer(request, body));
    } catch (error) {
      if (!(error instanceof HarborFailure)) throw error;
      this.#refuse(response, error);
    }
  }

  #fail(fault: Exclude<HarborFault, 'lost'>, request: IncomingMessage, response: ServerResponse): void {
    if (fault === 'reset') response.socket?.resetAndDestroy();
    else if (fault === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (fault === 'cut') this.#cut(response);
    else if (fault === 'half-json') this.#json(response, 200, '[{"project_id":');
    else if (typeof fault === 'number') {
      if (fault === 429) response.setHeader('retry-after', this.retryAfter);
      if (fault === 413 || fault > 500) response.writeHead(fault, { 'content-type': 'text/html' }).end(PAGE);
      else this.#refuse(response, new HarborFailure(fault, 'INJECTED', `injected into ${request.url}`));
    }
  }

  #cut(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': MARGIN });
    response.write('[', () => response.socket?.resetAndDestroy());
  }

  #refuse(response: ServerResponse, { status, code, message }: HarborFailure): void {
    this.#json(response, status, JSON.stringify({ errors: [{ code, message }] }));
  }

  #json(response: ServerResponse, status: number, body: string): void {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  }

  #send(response: ServerResponse, answer: ReturnType<HarborApi['answer']> | 'portal'): void {
    if (answer === 'portal') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    const { status = 200, body, total } = answer;
    // Who brings it back needs a CSRF token from then on.
    response.setHeader('set-cookie', `sid=${this.requests.length}; Path=/; HttpOnly`);
    if (total !== undefined) response.setHeader('x-total-count', total);
    if (body === undefined) response.writeHead(status).end();
    else this.#json(response, status, JSON.stringify(body));
  }

  #answer({ method = '', url = '', headers }: IncomingMessage, body: string) {
    const { pathname, searchParams: query } = new URL(url, this.url);
    if (!pathname.startsWith('/api/v2.0/')) return 'portal' as const;
    if (headers.cookie !== undefined && method !== 'GET')
      throw new HarborFailure(403, 'FORBIDDEN', 'CSRF token not found in request');
    const { user, password } = basicOf(headers.authorization);
    const known = this.store.users.get(user);
    return new HarborApi(this.store).answer({
      method,
      path: decodeURIComponent(pathname.slice('/api/v2.0'.length)),
      query,
      body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
      isByName: headers['x-is-resource-name'] === 'true',
      caller: known?.password === password ? known : null,
    });
  }
}
