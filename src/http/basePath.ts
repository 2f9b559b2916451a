import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { BASE_PATH, withoutBase } from '../kernel/targets.js';

const HEADER = 'x-forwarded-prefix';

/** As a proxy tells it; undefined for what is none. */
function readPrefix(told: unknown): string | undefined {
  if (typeof told !== 'string') return undefined;
  const prefix = told.endsWith('/') ? told.slice(0, -1) : told;
  return prefix === '' || BASE_PATH.test(prefix) ? prefix : undefined;
}

/** The path below which clients find this server: a trusted proxy tells it, else the settings do. */
export class BasePath {
  constructor(
    private readonly configured: string,
    private readonly isFromTrustedProxy: (request: IncomingMessage) => boolean,
  ) {}

  /** What the paths of links begin with: empty, or such as `/isthmus`. */
  of(request: IncomingMessage): string {
    const told = request.headers[HEADER];
    if (told === undefined || !this.isFromTrustedProxy(request)) return this.configured;
    return readPrefix(told) ?? this.configured;
  }

  /** The target of what is no request, as doors know it. */
  takenOff(target: string): string {
    return withoutBase(target, this.configured);
  }

  /** Takes it off before anything looks at a request. It may be missing: some proxies take it off, and probes come past them. */
  attach(server: Server): void {
    /** Whose next request is the one that offered another protocol, which comes again without the offer. */
    const comesAgain = new WeakSet<Socket>();
    const takeOff = (request: IncomingMessage) => {
      if (!comesAgain.delete(request.socket)) request.url = withoutBase(request.url ?? '', this.of(request));
    };
    server
      .on('request', takeOff)
      .on('checkExpectation', takeOff)
      .on('upgrade', (request) => {
        takeOff(request);
        comesAgain.add(request.socket);
      });
  }
}
