import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { guardedLookup, type Resolve } from '../kernel/guardedLookup.js';
import { AddressPolicy } from '../kernel/networks.js';
import { callPlatform, type PlatformAnswer, type PlatformCall } from './call.js';
import { Forwarder } from './forwarder.js';
import { registerMetrics } from './metrics.js';
import { Platforms } from './platform.js';
import type { PlatformRoute, TransmitPorts } from './ports.js';
import { forwardedPath } from './target.js';

export type { PlatformAnswer, PlatformCall } from './call.js';
export type { PlatformRoute, SpelledError, TransmitConfig, TransmitPorts } from './ports.js';

/** Forwarding of requests to platforms. */
export interface Transmit {
  /** Whether a request target is one to forward, rather than platform management or somebody else's. */
  matches: (target: string) => boolean;
  handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** For an `upgrade` event of the server. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A call of the product's own. Throws DomainError. */
  call: (route: PlatformRoute, call: PlatformCall) => Promise<PlatformAnswer>;
  /** The platform changed or is gone: what is under way ends, what comes next uses new connections. */
  forget: (platformId: string) => void;
  /** Resolves when nothing is under way any more. */
  close: () => Promise<void>;
}

export function createTransmit(ports: TransmitPorts, resolve?: Resolve): Transmit {
  const policy = new AddressPolicy(ports.config.PLATFORM_NETWORKS);
  const platforms = new Platforms(ports.config, policy, guardedLookup(policy, resolve));
  const forwarder = new Forwarder(ports, platforms);
  registerMetrics(ports.registry, () => platforms.values());
  return {
    matches: (target) => forwardedPath(target) !== undefined,
    handle: (request, response) => forwarder.handle(request, response),
    upgrade: (request, socket, head) => forwarder.upgrade(request, socket, head),
    call: (route, call) => callPlatform(platforms.of(route), call, ports.config, ports.viaName),
    forget: (platformId) => platforms.forget(platformId),
    close: async () => {
      await forwarder.close();
      platforms.close();
    },
  };
}
