import net, { isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { denied } from '../kernel/connectFailures.js';
import { DomainError, type ErrorCode } from '../kernel/errors.js';
import type { AddressPolicy } from '../kernel/networks.js';
import { connectFailure, named, timedOut } from './failures.js';
import type { PlatformRoute } from '../domains/platforms/index.js';
import type { TransmitConfig } from './ports.js';

/** A platform that shows these is there; they say nothing about whether it can be reached. */
const NOT_COUNTED = new Set<ErrorCode>(['ADDRESS_DENIED', 'UPSTREAM_CERTIFICATE']);
const isCounted = (error: unknown) => !(error instanceof DomainError && NOT_COUNTED.has(error.code));

/** Where a connection's bytes go. */
export interface Inbox {
  /** The bytes are lent until this returns. False stops the reading, which `resume` of the socket starts again. */
  receive: (chunk: Buffer) => boolean;
}

/** What all connections read into, one at a time: new memory for each read costs a twentieth of a forwarded request. */
const LENT = Buffer.allocUnsafeSlow(65_536);

const lentTo = (inbox: Inbox): { onread: OnReadOpts } => ({
  onread: { buffer: LENT, callback: (length) => inbox.receive(LENT.subarray(0, length)) },
});

export type ConnectCallback = (...result: [null, Socket] | [Error, null]) => void;

/** Opens connections to one platform: address guard, TLS, time limit and circuit breaker. */
export class Connector {
  /** Connections that are open now. */
  open = 0;
  readonly #breaker: CircuitBreakerPolicy;
  #secureContext: SecureContext | undefined;
  /** Spares later connections the whole TLS handshake. */
  #session: Buffer | undefined;

  constructor(
    private readonly route: PlatformRoute,
    private readonly config: TransmitConfig,
    private readonly policy: AddressPolicy,
    private readonly lookup: LookupFunction,
  ) {
    this.#breaker = circuitBreaker(handleWhen(isCounted), {
      halfOpenAfter: config.TRANSMIT_BREAKER_COOLDOWN,
      breaker: new ConsecutiveBreaker(config.TRANSMIT_BREAKER_FAILURES),
    });
  }

  get isBroken(): boolean {
    return this.#breaker.state === CircuitState.Open;
  }

  /** With an inbox, the socket emits no `data`. */
  connect(connected: ConnectCallback, inbox?: Inbox): void {
    void this.#connect(inbox).then((result) => connected(...result));
  }

  async #connect(inbox: Inbox | undefined): Promise<Parameters<ConnectCallback>> {
    try {
      return [null, await this.#breaker.execute(() => this.#dial(inbox))];
    } catch (error) {
      return [this.#failure(error), null];
    }
  }

  #failure(error: unknown): DomainError {
    if (!(error instanceof BrokenCircuitError)) return connectFailure(error, this.route);
    const message = `${named(this.route)} could not be reached several times in a row; it is tried again soon`;
    return new DomainError('UPSTREAM_UNREACHABLE', message);
  }

  #dial(inbox: Inbox | undefined): Promise<Socket> {
    const { route, config } = this;
    return new Promise((resolve, reject) => {
      if (isIP(route.host) !== 0 && !this.policy.allows(route.host)) throw denied(named(route));
      const socket = route.protocol === 'https' ? this.#dialTls(inbox) : this.#dialTcp(inbox);
      const timer = setTimeout(
        () => socket.destroy(timedOut(route, 'did not accept a connection in time')),
        config.TRANSMIT_CONNECT_TIMEOUT,
      );
      socket.once(route.protocol === 'https' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        this.open += 1;
        socket.once('close', () => (this.open -= 1));
        resolve(socket);
      });
      // Stays for good: whoever uses the connection later may not listen at every moment.
      socket.on('error', (error) => {
        clearTimeout(timer);
        reject(connectFailure(error, route, this.#certificateProblem(socket)));
      });
    });
  }

  #dialTcp(inbox: Inbox | undefined): Socket {
    const { host, port } = this.route;
    const { lookup } = this;
    return net.connect({
      host,
      port,
      lookup,
      noDelay: true,
      keepAlive: true,
      ...(inbox && lentTo(inbox)),
    });
  }

  #dialTls(inbox: Inbox | undefined): Socket {
    const { host, port, tls: settings } = this.route;
    this.#secureContext ??= this.#readContext();
    const socket = tls.connect({
      host,
      port,
      lookup: this.lookup,
      // RFC 6066 3: literal addresses are not server names.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: this.#secureContext,
      rejectUnauthorized: settings.verify,
      ALPNProtocols: ['http/1.1'],
      ...(inbox && lentTo(inbox)),
      ...(this.#session ? { session: this.#session } : {}),
    });
    socket.setNoDelay(true).setKeepAlive(true);
    return socket.on('session', (session) => (this.#session = session));
  }

  #readContext(): SecureContext {
    const { ca } = this.route.tls;
    try {
      return tls.createSecureContext(ca === null ? {} : { ca });
    } catch (error) {
      throw connectFailure(error, this.route, 'its certificate authority is no valid PEM');
    }
  }

  #certificateProblem(socket: Socket): string | undefined {
    if (!(socket instanceof tls.TLSSocket) || !this.route.tls.verify) return undefined;
    // Typed as an error, but it is the error's code (node:_tls_wrap, onConnectSecure).
    const problem: unknown = socket.authorizationError;
    return typeof problem === 'string' ? problem : undefined;
  }
}
