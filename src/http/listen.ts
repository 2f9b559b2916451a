import { type Server, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/settings.js';
import { readTls } from '../config/tls.js';
import type { BasePath } from './basePath.js';
import { Drain } from './drain.js';
import { type Doors, Front, type FrontLimits } from './front.js';
import { DomainError } from '../kernel/errors.js';
import { Networks, networkOf } from '../kernel/networks.js';

/** Milliseconds. */
const HEADERS_TIMEOUT = 30_000;
const KEEP_ALIVE_TIMEOUT = 65_000;
const CHECKING_INTERVAL = 5_000;

/** Larger heads than HEADERS_LIMIT are read as well, so that they can be answered by the door that they are for. */
const READ_BEYOND_LIMIT = 4;

/** Of Node's server. */
export const SERVER_OPTIONS = {
  // The front's to check, in the words of the door.
  requireHostHeader: false,
  headersTimeout: HEADERS_TIMEOUT,
  connectionsCheckingInterval: CHECKING_INTERVAL,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  // Streams of requests without a body are ended from the start; whoever reads one asks for its framing first.
  optimizeEmptyRequests: true,
  // A forwarded upload may take as long as bytes keep coming; other bodies are small and have a limit of their own.
  requestTimeout: 0,
};

export interface Listening {
  /** Where the server is reached, such as http://127.0.0.1:11000. */
  url: string;
  /** Each connection ends with its next answer. */
  retire(): void;
  /** Stops accepting, lets requests in flight finish for at most `timeout` ms, then cuts what is left. */
  close(timeout: number): Promise<void>;
}

type ListenConfig = Pick<
  Config,
  | 'HEADERS_LIMIT'
  | 'HOST'
  | 'PORT'
  | 'SENDERS_PER_ADDRESS'
  | 'TLS_CERT'
  | 'TLS_KEY'
  | 'TRUSTED_PROXIES'
  | 'UNREAD_LIMIT'
  | 'UNREAD_TIMEOUT'
>;

function createHttpServer(config: ListenConfig): Server {
  const options = { ...SERVER_OPTIONS, maxHeaderSize: READ_BEYOND_LIMIT * config.HEADERS_LIMIT };
  const tls = readTls(config);
  return tls ? createTlsServer({ ...options, ...tls }) : createServer(options);
}

function limitsOf(config: ListenConfig): FrontLimits {
  const proxies = new Networks(config.TRUSTED_PROXIES);
  return {
    mostHead: config.HEADERS_LIMIT,
    mostSending: config.SENDERS_PER_ADDRESS,
    mostUnread: config.UNREAD_LIMIT,
    unreadTimeout: config.UNREAD_TIMEOUT,
    senderOf: ({ remoteAddress = '' }) => (proxies.has(remoteAddress) ? undefined : networkOf(remoteAddress)),
  };
}

/** Why the port cannot be opened, by the system's code. */
const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'has no address, as far as this machine knows',
  EAI_AGAIN: 'has no address while names are not answered',
};

function cannotListen({ HOST, PORT }: ListenConfig, error: NodeJS.ErrnoException): Error {
  const why = WHY[error.code ?? ''] ?? `cannot be opened (${error.message})`;
  const text = `port ${PORT} of ${HOST} ${why}; set HOST and PORT`;
  return new DomainError('CONFLICT', text, {}, { cause: error });
}

/** Opens the one port. */
export async function listen(config: ListenConfig, doors: Doors, basePath: BasePath): Promise<Listening> {
  const server = createHttpServer(config);
  basePath.attach(server);
  new Front(server, doors, limitsOf(config)).attach();
  const drain = new Drain(server);
  await new Promise<void>((resolve, reject) => {
    // For good: a connection that the system cannot accept later on would end the process otherwise.
    server.on('error', (error: NodeJS.ErrnoException) => reject(cannotListen(config, error)));
    server.listen(config.PORT, config.HOST, () => resolve());
  });
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${config.TLS_CERT ? 'https' : 'http'}://${host}:${port}`,
    retire: () => drain.retire(),
    close: (timeout) => drain.close(timeout),
  };
}
