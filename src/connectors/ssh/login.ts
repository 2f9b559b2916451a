import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { denied } from '../../kernel/connectFailures.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import { guardedLookup, type Resolve } from '../../net/guardedLookup.js';
import type { Named } from '../../net/httpFailures.js';
import type { HostAndPort } from './address.js';
import { algorithms } from './algorithms.js';
import { type Account, Authentication } from './authentication.js';
import { SshError, connectionFailure } from './failures.js';
import { fingerprintOf } from '../../kernel/hostKeys.js';
import { hostKeyOf, keyTypeOf } from './hostKey.js';
import { type Patience, Watchdog, unlessAborted } from './waiting.js';

/** How often the machine is asked whether it is still there, in milliseconds, and how often it may be silent. */
const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };

/** Exchanges of keys, of which one of large numbers stops all else for 50 ms; machines do with one an hour, or a gigabyte. */
const MOST_EXCHANGES = 100;

export interface LoginOptions {
  addresses: AddressPolicy;
  /** Whether machines may do with SHA-1, CBC and short groups. */
  isLegacyAllowed: boolean;
  patience: Patience;
  resolve?: Resolve | undefined;
}

/** A TCP connection to the machine. Throws SshError, or DomainError for an address that is denied. */
export async function connect(
  { host, port }: HostAndPort,
  { addresses, patience, resolve }: LoginOptions,
  whom: Named,
  signal: AbortSignal,
): Promise<Duplex> {
  if (!addresses.allowsHost(host)) throw denied(whom.named);
  const socket = net.connect({ host, port, lookup: guardedLookup(addresses, resolve) });
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(patience.silence)]);
  try {
    await once(socket, 'connect', { signal: waiting });
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    signal.throwIfAborted();
    if (!waiting.aborted) throw connectionFailure(error, whom);
    throw new SshError('UNREACHABLE', whom, `accepted no connection for ${patience.silence / 1000} s`);
  }
}

export interface Login {
  client: Client;
  transport: Duplex;
  /** `<algorithm> <base64>`, proven. */
  hostKey: string;
}

/** What the machine shows of itself, before and after it has proven it. */
class HostIdentity {
  #shown: string | undefined;
  proven: string | null = null;

  constructor(readonly pinned: string | null) {}

  /** Asked again at each exchange of keys. */
  accepts(blob: Buffer): boolean {
    const known = this.proven ?? this.pinned;
    this.#shown = hostKeyOf(blob);
    return known === null || known === this.#shown;
  }

  get change(): string | undefined {
    const known = this.proven ?? this.pinned;
    if (known === null || this.#shown === undefined || known === this.#shown) return undefined;
    return `has another host key than before, ${fingerprintOf(this.#shown)} in place of ${fingerprintOf(known)}; if that is right, have the known one forgotten (forgetHostKey)`;
  }

  prove(): void {
    this.proven ??= this.#shown ?? null;
  }
}

/** Logs in over a connection to the machine, which may be one through another machine. Throws SshError. */
export async function logIn(
  transport: Duplex,
  account: Account & { hostKey: string | null },
  { isLegacyAllowed, patience }: Pick<LoginOptions, 'isLegacyAllowed' | 'patience'>,
  whom: Named,
  signal: AbortSignal,
): Promise<Login> {
  const client = new ssh2.Client();
  const host = new HostIdentity(account.hostKey);
  const ended = new AbortController();
  const fail = (...[failure, what]: Failure) => ended.abort(new SshError(failure, whom, what, host.proven));
  const authentication = new Authentication(account, fail);

  const ready = new Promise<void>((resolve) => {
    client.on('ready', resolve);
  });
  let exchanges = 0;
  client.on('handshake', () => {
    host.prove();
    exchanges += 1;
    if (exchanges > MOST_EXCHANGES) transport.destroy(new Error('it exchanges keys over and over'));
  });
  client.on('change password', () => fail('PASSWORD_EXPIRED', 'wants a new password'));
  const hangUp = (): Failure => hangUpOf(host, authentication);
  client.on('error', (error) => fail(...(toFailure(error, host, isLegacyAllowed) ?? hangUp())));
  client.on('close', () => fail(...hangUp()));
  client.connect({
    sock: transport,
    username: account.user,
    authHandler: authentication.next,
    hostVerifier: (blob: Buffer) => host.accepts(blob),
    algorithms: algorithms(
      isLegacyAllowed,
      account.hostKey === null ? undefined : keyTypeOf(account.hostKey),
    ),
    readyTimeout: 0,
    ident: 'isthmus',
    ...KEEP_ALIVE,
  });
  const watchdog = new Watchdog(patience, transport, (why) => fail('UNREACHABLE', why));
  try {
    await unlessAborted(AbortSignal.any([signal, ended.signal]), ready);
    // A server that has let us in has proven its key.
    if (host.proven === null) throw new SshError('REFUSED', whom, 'does not speak SSH as expected');
    return { client, transport, hostKey: host.proven };
  } catch (error) {
    transport.destroy();
    throw error;
  } finally {
    watchdog.stop();
  }
}

/** As ssh2 puts it. */
const LOST_AT_ONCE = 'Connection lost before handshake';

type Failure = [SshError['failure'], string];

function hangUpOf({ proven }: HostIdentity, { hasTried }: Authentication): Failure {
  if (proven === null) return ['DROPPED', 'hung up before a log-in began'];
  return hasTried
    ? ['ACCOUNT_REFUSED', 'hung up during the log-in, as machines do where an account may not log in']
    : ['REFUSED', 'hung up during the log-in'];
}

/** Undefined for a connection that ended. */
function toFailure(
  error: Error & { level?: string; code?: unknown },
  host: HostIdentity,
  isLegacyAllowed: boolean,
): Failure | undefined {
  if (host.change !== undefined) return ['HOST_KEY_CHANGED', host.change];
  if (error.message.startsWith('Handshake failed: no matching')) {
    const hint = isLegacyAllowed ? '' : '; SSH_LEGACY_ALGORITHMS allows older ones';
    return ['NO_COMMON_ALGORITHM', `shares no algorithm with us: ${error.message.slice(18)}${hint}`];
  }
  // A reason that the server gave for hanging up: RFC 4253, 11.1.
  if (typeof error.code === 'number')
    return [host.proven === null ? 'REFUSED' : 'LOGIN_REFUSED', `hung up: ${error.message}`];
  if (error.level === 'client-socket' || error.message === LOST_AT_ONCE) return undefined;
  return ['REFUSED', `does not speak SSH as expected: ${error.message}`];
}
