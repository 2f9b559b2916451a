import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import type { Config } from '../config/settings.js';
import type { DomainError } from '../kernel/errors.js';
import type { Loggers } from '../kernel/logger.js';
import type { Caller } from '../kernel/trust.js';

/** Where requests for a platform go. */
export interface PlatformRoute {
  readonly id: string;
  readonly name: string;
  readonly protocol: 'http' | 'https';
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: string | null; readonly verify: boolean };
}

export type TransmitConfig = Pick<
  Config,
  | 'PLATFORM_NETWORKS'
  | 'TRANSMIT_BREAKER_COOLDOWN'
  | 'TRANSMIT_BREAKER_FAILURES'
  | 'TRANSMIT_CONNECTIONS'
  | 'TRANSMIT_CONNECT_TIMEOUT'
  | 'TRANSMIT_HEADERS_TIMEOUT'
  | 'TRANSMIT_IDLE_TIMEOUT'
  | 'TRANSMIT_QUEUE'
>;

/** An error answer as a dialect spells it; `headers` without Content-Length and X-Request-Id. */
export interface SpelledError {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What forwarding needs of the rest of the product. A synchronous answer costs no promise. */
export interface TransmitPorts {
  config: TransmitConfig;
  /** The same object for as long as nothing changed keeps its connections. */
  findRoute: (id: string) => PlatformRoute | null | Promise<PlatformRoute | null>;
  /** Throws UNAUTHENTICATED or FORBIDDEN. */
  authorise: (request: IncomingMessage) => void | Promise<void>;
  callerOf: (request: IncomingMessage) => Pick<Caller, 'address' | 'viaTrustedProxy'>;
  spell: (error: DomainError, requestId: string) => SpelledError;
  /** What this deployment is called in Via, the same on all its replicas. */
  viaName: string;
  loggers: Loggers;
  registry: Registry;
}
