import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import net, { type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { Front, type FrontLimits } from '../../src/http/front.js';
import { SERVER_OPTIONS } from '../../src/http/listen.js';
import { refuse } from '../../src/kernel/refusal.js';
import { Trust } from '../../src/kernel/trust.js';
import { platformEnvelope } from '../../src/rest/platform/index.js';
import {
  createTransmit,
  type Transmit,
  type TransmitConfig,
  type TransmitPorts,
} from '../../src/transmit/index.js';
import type { PlatformRoute } from '../../src/domains/platforms/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { loggersTo } from '../../src/log/logger.js';
import type { Resolve } from '../../src/net/guardedLookup.js';
import type { Upstream } from '../support/upstream.js';

export const ROUTE_ID = '11111111-2222-4333-8444-555555555555';
export const VIA_NAME = 'isthmus-test';

export const CONFIG: TransmitConfig = {
  TRANSMIT_BREAKER_COOLDOWN: 200,
  TRANSMIT_BREAKER_FAILURES: 3,
  TRANSMIT_CONNECTIONS: 8,
  TRANSMIT_CONNECT_TIMEOUT: 2_000,
  TRANSMIT_HEADERS_TIMEOUT: 30_000,
  TRANSMIT_IDLE_TIMEOUT: 30_000,
  TRANSMIT_QUEUE: 64,
  TRANSMIT_SANDBOX: true,
};

const LIMITS: FrontLimits = {
  mostHead: 16_384,
  mostSending: 100,
  mostUnread: 2 ** 26,
  unreadTimeout: 30_000,
  senderOf: ({ remoteAddress }) => remoteAddress,
};

export interface Options {
  config?: Partial<TransmitConfig>;
  /** Trusted reverse proxies. */
  proxies?: string[];
  ports?: Partial<TransmitPorts>;
  resolve?: Resolve;
}

export type LogRecord = Record<string, unknown>;

export interface Forwarding {
  port: number;
  transmit: Transmit;
  registry: Registry;
  logs: LogRecord[];
  /** The platforms that are known, by id. */
  routes: Map<string, PlatformRoute>;
  server: http.Server;
}

export function routeTo(upstream: Pick<Upstream, 'port'>, more: Partial<PlatformRoute> = {}): PlatformRoute {
  return {
    id: ROUTE_ID,
    name: 'upstream',
    protocol: 'http',
    host: '127.0.0.1',
    port: upstream.port,
    tls: { ca: null, verify: true },
    isSigned: false,
    ...more,
  };
}

/** A server that forwards to the given platform, closed when the test ends. */
export async function startForwarding(route: PlatformRoute, options: Options = {}): Promise<Forwarding> {
  const logs: LogRecord[] = [];
  const routes = new Map([[route.id, route]]);
  const registry = new Registry();
  const trust = new Trust({
    TRUSTED_NETWORKS: ['127.0.0.0/8'],
    TRUSTED_PROXIES: options.proxies ?? [],
    PUBLIC_HOSTS: ['localhost'],
  });
  const loggers = loggersTo({ write: (line) => void logs.push(parsed(line)) }, 'info');
  const ports: TransmitPorts = {
    config: { ...CONFIG, ...options.config },
    addresses: new AddressPolicy([]),
    findRoute: (id) => routes.get(id) ?? null,
    authorise: () => null,
    findSigner: () => null,
    onSessionEnd: () => () => undefined,
    callerOf: (request: IncomingMessage) => trust.callerOf(request.socket.remoteAddress, request.headers),
    spell: platformEnvelope,
    viaName: VIA_NAME,
    loggers,
    registry,
    ...options.ports,
  };
  const transmit = createTransmit(ports, options.resolve);
  const server = http.createServer(SERVER_OPTIONS);
  new Front(
    server,
    {
      request: (request, response, offer) => {
        if (transmit.matches(request.url ?? '')) transmit.handle(request, response, offer);
        else response.writeHead(404).end('not forwarded');
      },
      isWebSocket: () => false,
      webSocket: (_request, socket) => void socket.destroy(),
      takesOffers: ({ url = '' }) => transmit.matches(url),
      refuse: (_request, response, error) => refuse(response, error, '', ports.spell),
      spell: (_target, error) => ports.spell(error, ''),
    },
    LIMITS,
  ).attach();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await transmit.close();
  });
  return { port: address.port, transmit, registry, logs, routes, server };
}

/** Closes an upstream when the test ends. */
export async function during<U extends Upstream>(upstream: Promise<U>): Promise<U> {
  const started = await upstream;
  onTestFinished(() => started.close());
  return started;
}

export interface Answer {
  status: number;
  reason: string;
  headers: http.IncomingHttpHeaders;
  rawHeaders: string[];
  trailers: NodeJS.Dict<string>;
  body: string;
}

export interface Request {
  method?: string;
  path?: string;
  headers?: http.OutgoingHttpHeaders | string[];
  body?: string | Buffer;
  agent?: http.Agent;
}

export function open(port: number, { method, path = '/', headers = {}, agent }: Request): http.ClientRequest {
  const named = Array.isArray(headers) ? headers : { 'Plat-Route-Id': ROUTE_ID, ...headers };
  return http.request({
    host: '127.0.0.1',
    port,
    method: method ?? 'GET',
    path: `/sys/transmit${path}`,
    headers: named,
    agent: agent ?? false,
  });
}

export async function read(response: IncomingMessage): Promise<Answer> {
  let body = '';
  response.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
  await once(response, 'end');
  const { statusCode = 0, statusMessage = '', headers, rawHeaders, trailers } = response;
  return {
    status: statusCode,
    reason: statusMessage,
    headers,
    rawHeaders,
    trailers,
    body,
  };
}

export function responseTo(request: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
}

/** Sends a request through and reads its whole answer. */
export async function send({ port }: Pick<Forwarding, 'port'>, request: Request = {}): Promise<Answer> {
  const outgoing = open(port, request);
  outgoing.end(request.body);
  return read(await responseTo(outgoing));
}

/** A JSON object, such as our own error answers and log lines. */
export function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${text}`);
  return { ...value };
}

/** The code of our own error answer. */
export function codeOf({ body }: Answer): unknown {
  return parsed(body).code;
}

export interface Raw {
  socket: Socket;
  /** All that has come so far, as Latin-1. */
  text: () => string;
  /** Resolves when the text contains what is given. */
  until: (part: string) => Promise<string>;
  closed: Promise<{ hadError: boolean }>;
}

/** A connection on which a test writes bytes of its own. */
export function rawConnection(port: number, bytes: string): Raw {
  const socket = net.connect(port, '127.0.0.1');
  let text = '';
  let isReset = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1'))).on('error', () => (isReset = true));
  socket.write(bytes, 'latin1');
  const until = async (part: string) => {
    while (!text.includes(part)) {
      if (socket.destroyed) throw new Error(`closed before ${JSON.stringify(part)}: ${text}`);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    }
    return text;
  };
  const closed = new Promise<{ hadError: boolean }>((resolve) => {
    socket.on('close', () => resolve({ hadError: isReset }));
  });
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => text, until, closed };
}

/** The head of a request for the platform, as bytes. */
export function head(line: string, ...fields: string[]): string {
  return [line, 'Host: localhost', `Plat-Route-Id: ${ROUTE_ID}`, ...fields, '', ''].join('\r\n');
}
