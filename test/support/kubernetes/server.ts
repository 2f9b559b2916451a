import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Upstream, httpsUpstream, httpUpstream } from '../upstream.js';
import { Namespaced } from './namespaced.js';
import { type KubernetesObject, namespaceOf } from './objects.js';
import { ApiFailure, type Resource, Store } from './store.js';

const pem = (name: string) =>
  readFileSync(new URL(`../../transmit/certificates/${name}`, import.meta.url), 'utf8');
export const CA = pem('ca.pem');
/** Signed by the authority that the API server trusts, as a client's too. */
export const IDENTITY = { cert: pem('server.pem'), key: pem('server.key') };
export const PASSWORD = { username: 'isthmus', password: 'correct:horse' };

/**
 * How requests are answered instead of properly. A number is an HTTP status; a load balancer without a cluster answers 404 as
 * text; `drip` sends a list byte by byte and never ends it; `endless` lists go on for ever, page by page; `lost` does what is
 * asked and is cut off before it tells; `torn` logs are cut off at their end.
 */
export type Fault =
  | 'hang'
  | 'reset'
  | 'half'
  | 'stall'
  | 'html'
  | 'balancer'
  | 'drip'
  | 'endless'
  | 'lost'
  | 'torn'
  | 401
  | 403
  | 409
  | 410
  | 422
  | 429
  | 500
  | 503;

export interface FakeOptions {
  tls?: boolean;
  version?: { major: string; minor: string; gitVersion: string };
  /** `verb resource`, such as `patch nodes`. */
  forbidden?: string[];
  /** Lists come whole, whatever is asked for. */
  unpaged?: boolean;
  /** Lists do not tell their version. */
  unversioned?: boolean;
}

interface Watch {
  response: ServerResponse;
  /** From then on it stays open and tells nothing. */
  stop: () => void;
}

/** An API server of the parts that the product uses, on a free port of the loopback address. */
export class FakeApiServer {
  readonly store = new Store();
  readonly namespaced = new Namespaced();
  /** Whether charts can be left to the cluster. */
  hasHelmController = false;
  readonly token = `token-${randomUUID()}`;
  /** `METHOD path?query` of every request. */
  readonly requests: string[] = [];
  readonly watches = new Set<Watch>();
  /** Seconds, with 429. */
  retryAfter = 0;
  /** The message of a fault that is a status. */
  complaint = 'injected';
  /** Told of each request before it is answered. */
  onRequest: ((request: string) => void) | undefined;
  #fault: { fault: Fault; matches: RegExp } | undefined;
  readonly #interspersed: unknown[] = [];

  private constructor(
    private readonly options: FakeOptions,
    private readonly listening: { upstream: Upstream<http.Server | https.Server> },
  ) {}

  static async start(options: FakeOptions = {}): Promise<FakeApiServer> {
    const handlers: { handle?: http.RequestListener } = {};
    const listener: http.RequestListener = (request, response) => handlers.handle?.(request, response);
    const upstream = options.tls
      ? await httpsUpstream({ ...IDENTITY, ca: CA, requestCert: true, rejectUnauthorized: false }, listener)
      : await httpUpstream(listener);
    const cluster = new FakeApiServer(options, { upstream });
    handlers.handle = (request, response) => void cluster.#receive(request, response);
    return cluster;
  }

  get url(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.listening.upstream.port}`;
  }

  /** As kubectl would have it, in JSON, which is YAML too. */
  kubeconfig(user: object = { token: this.token }, cluster: object = {}): string {
    const authority = this.options.tls
      ? { 'certificate-authority-data': Buffer.from(CA).toString('base64') }
      : {};
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'fake', user: 'isthmus' } }],
      clusters: [{ name: 'fake', cluster: { server: this.url, ...authority, ...cluster } }],
      users: [{ name: 'isthmus', user }],
    });
  }

  /** All that were ever made. */
  get connections(): number {
    return this.listening.upstream.sockets.length;
  }

  get openConnections(): number {
    return this.listening.upstream.sockets.filter(({ destroyed }) => !destroyed).length;
  }

  /** Until `heal`, for requests whose `METHOD path?query` matches. */
  break(fault: Fault, matches = /./): void {
    this.#fault = { fault, matches };
  }

  heal(): void {
    this.#fault = undefined;
  }

  /** From now on each page of a list ends with it. */
  intersperse(item: unknown): void {
    this.#interspersed.push(item);
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

  get isUp(): boolean {
    return this.listening.upstream.server.listening;
  }

  close(): Promise<void> {
    return this.isUp ? this.down() : Promise.resolve();
  }

  resetWatches(): void {
    for (const { response } of this.watches) response.destroy();
  }

  endWatches(): void {
    for (const { response, stop } of this.watches) {
      stop();
      response.end();
    }
  }

  /** The watches of now stay open, and tell nothing any more. */
  silenceWatches(): void {
    for (const { stop } of this.watches) stop();
  }

  /** Writes to every watch as it is. */
  writeToWatches(bytes: string): void {
    for (const { response } of this.watches) response.write(bytes);
  }

  bookmark(): void {
    const metadata = { resourceVersion: String(this.store.version) };
    this.writeToWatches(line('BOOKMARK', { kind: 'Node', apiVersion: 'v1', metadata }));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const what = `${request.method} ${request.url}`;
    this.requests.push(what);
    this.onRequest?.(what);
    try {
      const body = await text(request);
      const fault = this.#fault?.matches.test(what) ? this.#fault.fault : undefined;
      if (fault === 'lost') response.socket?.resetAndDestroy();
      else if (fault === 'torn') tear(response);
      else if (fault !== undefined) return this.#fail(fault, url, response);
      this.#authenticate(request);
      this.#route(request, url, body, response);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      sendFailure(response, error);
    }
  }

  #fail(fault: Fault, { pathname }: URL, response: ServerResponse): void {
    if (typeof fault === 'number') {
      if (fault === 429) response.setHeader('Retry-After', this.retryAfter);
      return sendFailure(response, new ApiFailure(fault, 'Injected', this.complaint));
    }
    if (fault === 'reset') response.socket?.resetAndDestroy();
    if (fault === 'balancer') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('default backend - 404');
    }
    if (fault === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    if (fault === 'drip') drip(response);
    if (fault === 'endless') {
      const objects = this.store.objects[pathname.slice('/api/v1/'.length) as Resource];
      sendList(response, [...objects.values()], { resourceVersion: '1', continue: 'more' });
    }
    if (fault === 'half' || fault === 'stall') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"kind":"NodeList","items":[{"meta', () => fault === 'half' && response.destroy());
    }
  }

  #authenticate(request: IncomingMessage): void {
    const { authorization } = request.headers;
    const basic = Buffer.from(`${PASSWORD.username}:${PASSWORD.password}`).toString('base64');
    if (authorization === `Bearer ${this.token}` || authorization === `Basic ${basic}`) return;
    if (authorization === undefined && this.options.tls && (request.socket as TLSSocket).authorized) return;
    throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  }

  #route({ method, headers }: IncomingMessage, url: URL, body: string, response: ServerResponse): void {
    const { pathname, searchParams } = url;
    if (pathname === '/version') {
      return send(response, 200, this.options.version ?? { major: '1', minor: '34', gitVersion: 'v1.34.1' });
    }
    if (method === 'POST' && pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
      const { spec } = JSON.parse(body) as {
        spec: { resourceAttributes: { verb: string; resource: string } };
      };
      const { verb, resource } = spec.resourceAttributes;
      return send(response, 201, {
        status: { allowed: !this.options.forbidden?.includes(`${verb} ${resource}`) },
      });
    }
    if (pathname === '/apis/helm.cattle.io/v1' && this.hasHelmController) {
      return send(response, 200, { kind: 'APIResourceList', resources: [{ name: 'helmcharts' }] });
    }
    if (Namespaced.knows(pathname)) {
      const answer = this.namespaced.handle({ method: method ?? '', pathname, query: searchParams, body });
      return typeof answer === 'string' ? sendText(response, answer) : send(response, 200, answer);
    }
    const [, resource, name] =
      /^\/api\/v1\/(nodes|namespaces|events|pods)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (resource === undefined)
      throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
    const kind = resource as Resource;
    if (method === 'GET' && name !== undefined)
      return send(response, 200, this.store.get(kind, decodeURIComponent(name)));
    if (method === 'GET' && searchParams.get('watch') === 'true')
      return this.#watch(kind, searchParams, response);
    if (method === 'GET') return this.#list(kind, searchParams, response);
    if (method === 'POST' && kind === 'namespaces') {
      const { metadata } = JSON.parse(body) as KubernetesObject;
      return send(response, 201, this.store.create(kind, namespaceOf(metadata.name)));
    }
    if (method === 'DELETE' && kind === 'namespaces' && name !== undefined) {
      this.store.remove(kind, name);
      return send(response, 200, { kind: 'Status', status: 'Success' });
    }
    if (method === 'PATCH' && kind === 'nodes' && name !== undefined) {
      if (headers['content-type'] !== 'application/apply-patch+yaml') {
        throw new ApiFailure(415, 'UnsupportedMediaType', 'only apply is spoken here');
      }
      return send(response, 200, this.#apply(decodeURIComponent(name), searchParams, body));
    }
    throw new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method');
  }

  #apply(name: string, query: URLSearchParams, body: string): KubernetesObject {
    const manager = query.get('fieldManager');
    if (!manager) throw new ApiFailure(422, 'Invalid', 'fieldManager is required for apply patch');
    const { apiVersion, kind, metadata } = JSON.parse(body) as KubernetesObject;
    if (apiVersion !== 'v1' || kind !== 'Node' || metadata.name !== name) {
      throw new ApiFailure(400, 'BadRequest', 'the object is not the one that the path names');
    }
    const { uid, labels } = metadata;
    return this.store.applyLabels({ name, uid, labels, manager, force: query.get('force') === 'true' });
  }

  #list(resource: Resource, query: URLSearchParams, response: ServerResponse): void {
    const selectors = (query.get('fieldSelector') ?? '').split(',').filter(Boolean);
    const matches = ({ status }: KubernetesObject) =>
      selectors.every((selector) => selector !== `status.phase!=${(status as { phase?: string }).phase}`);
    const limit = this.options.unpaged ? 0 : Number(query.get('limit') ?? 0);
    const page = this.store.list(resource, limit, query.get('continue'), matches);
    const { resourceVersion, next } = page;
    const items = [...page.items, ...this.#interspersed];
    sendList(response, items, { ...(!this.options.unversioned && { resourceVersion }), continue: next });
  }

  #watch(resource: Resource, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    try {
      const version = Number(query.get('resourceVersion') || this.store.version);
      const stop = this.store.follow(resource, version, ({ type, object }) => {
        response.write(line(type, object));
      });
      const watch = { response, stop };
      this.watches.add(watch);
      response.on('close', () => {
        stop();
        this.watches.delete(watch);
      });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      response.end(line('ERROR', statusOf(error)));
    }
  }
}

export function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function statusOf({ status, reason, message, details }: ApiFailure) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message, details };
}

function sendFailure(response: ServerResponse, failure: ApiFailure): void {
  send(response, failure.status, statusOf(failure));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What it ends with is written, and then the connection breaks. */
function tear(response: ServerResponse): void {
  response.end = (text: unknown) => {
    response.write(text, () => response.destroy());
    return response;
  };
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
}

function sendList(response: ServerResponse, items: unknown[], metadata: object): void {
  send(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items: items.length > 0 ? items : null });
}

/** Milliseconds between bytes that make no progress. */
const DRIP = 10;

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"kind":"List","items":[');
  const dripping = setInterval(() => response.write(' '), DRIP);
  response.on('close', () => clearInterval(dripping));
}
