import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Registry } from 'prom-client';
import type { Config } from '../config/settings.js';
import type { PlatformRoute, RequestSigner } from '../domains/platforms/index.js';
import type { DomainError } from '../kernel/errors.js';
import type { Principal, SessionEnd } from '../kernel/context.js';
import type { AddressPolicy } from '../kernel/networks.js';
import type { Loggers } from '../log/logger.js';
import type { SpelledError } from '../kernel/refusal.js';
import type { Caller } from '../kernel/trust.js';

export type TransmitConfig = Pick<
  Config,
  | 'TRANSMIT_BREAKER_COOLDOWN'
  | 'TRANSMIT_BREAKER_FAILURES'
  | 'TRANSMIT_CONNECTIONS'
  | 'TRANSMIT_CONNECT_TIMEOUT'
  | 'TRANSMIT_HEADERS_TIMEOUT'
  | 'TRANSMIT_IDLE_TIMEOUT'
  | 'TRANSMIT_QUEUE'
  | 'TRANSMIT_SANDBOX'
>;

/** What a client offers to speak on its connection instead of HTTP. */
export interface ProtocolOffer {
  /** As the Upgrade field lists it, such as `websocket`. */
  readonly protocol: string;
  /** Takes the client's connection from the HTTP server. */
  take: (response: ServerResponse) => Socket;
}

/** What forwarding needs of the rest of the product. A synchronous answer costs no promise. */
export interface TransmitPorts {
  config: TransmitConfig;
  /** Where platforms may be. */
  addresses: AddressPolicy;
  /** The same object for as long as nothing changed keeps its connections. */
  findRoute: (id: string) => PlatformRoute | null | Promise<PlatformRoute | null>;
  /** Who asks, null for a trusted caller without a token. Throws UNAUTHENTICATED or FORBIDDEN. */
  authorise: (request: IncomingMessage) => Principal | null | Promise<Principal | null>;
  /** Who signs the caller's requests to a platform that has credentials; null where they go on as they stand. */
  findSigner: (id: string, caller: Principal | null) => RequestSigner | null | Promise<RequestSigner | null>;
  /** Calls back once when the caller's session ends; returns how to stop that. */
  onSessionEnd: (caller: Principal, ended: (why: SessionEnd) => void) => () => void;
  callerOf: (request: IncomingMessage) => Pick<Caller, 'address' | 'viaTrustedProxy'>;
  spell: (error: DomainError, requestId: string) => SpelledError;
  /** What this deployment is called in Via, the same on all its replicas. */
  viaName: string;
  loggers: Loggers;
  registry: Registry;
}
