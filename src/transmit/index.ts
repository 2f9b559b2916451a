import type { IncomingMessage, ServerResponse } from 'node:http';
import { guardedLookup, type Resolve } from '../net/guardedLookup.js';
import { Calls } from './call.js';
import { Forwarder } from './forwarder.js';
import { registerMetrics } from './metrics.js';
import { Platforms } from './platform.js';
import type { PlatformCaller } from '../domains/platforms/index.js';
import type { ProtocolOffer, TransmitPorts } from './ports.js';
import { forwardedPath } from './target.js';

export type { TransmitConfig, TransmitPorts } from './ports.js';

/** Forwarding of requests to platforms. */
export interface Transmit {
  /** Whether a request target is one to forward, rather than platform management or somebody else's. */
  matches: (target: string) => boolean;
  /** When the platform takes up the client's offer of another protocol, the connection becomes a tunnel. */
  handle: (request: IncomingMessage, response: ServerResponse, offer?: ProtocolOffer) => void;
  /** A call of the product's own. Throws DomainError. */
  call: PlatformCaller;
  /** The platform changed or is gone: its tunnels end, what else is under way finishes, what comes next uses new connections. */
  forget: (platformId: string) => void;
  /** Resolves when nothing is under way any more. */
  close: () => Promise<void>;
}

export function createTransmit(ports: TransmitPorts, resolve?: Resolve): Transmit {
  const { addresses } = ports;
  const platforms = new Platforms(ports.config, addresses, guardedLookup(addresses, resolve));
  const calls = new Calls(ports.config, ports.viaName);
  const forwarder = new Forwarder(ports, platforms);
  registerMetrics(ports.registry, () => platforms.values(), forwarder.refusals);
  return {
    matches: (target) => forwardedPath(target) !== undefined,
    handle: (request, response, offer) => forwarder.handle(request, response, offer),
    call: (route, call) => calls.call(platforms.of(route), call),
    forget: (platformId) => platforms.forget(platformId),
    close: async () => {
      await forwarder.close();
      platforms.close();
    },
  };
}
