import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { AddressPolicy } from '../../kernel/networks.js';
import { Concealment } from '../../kernel/concealment.js';
import { traced } from '../../kernel/tracing.js';
import type { Resolve } from '../../net/guardedLookup.js';
import type { Named } from '../../net/httpFailures.js';
import { addressOf } from './address.js';
import type { Account } from './authentication.js';
import { SshError } from './failures.js';
import { type LoginOptions, connect, logIn } from './login.js';
import { SshSession } from './session.js';
import type { Patience } from './waiting.js';

export { tunnelAgents } from './agents.js';
export type { Output } from './command.js';
export { SshError, type SshFailure } from './failures.js';
export type { ExecOptions, SshSession } from './session.js';
export type { Tunnel } from './tunnel.js';
export type { Patience } from './waiting.js';

/** A machine without a byte for 10 s is given up, as one that gives them in drops is after a minute. */
const PATIENCE: Patience = { silence: 10_000, within: 60_000 };

const SSH_PORT = 22;

/** Machines let few log in at once, and hang up on others: OpenSSH's MaxStartups. */
const TRIES = retry(
  handleWhen((error) => error instanceof SshError && error.failure === 'DROPPED'),
  { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 250, maxDelay: 1_000 }) },
);

/** A machine and who logs in there. */
export interface SshTarget extends Account {
  /** What messages call it, before its address: `the LCM`. */
  role: string;
  /** Port 22 unless `host:port` or `[address]:port`. */
  address: string;
  /** The host key that was seen first, as `<algorithm> <base64>`; null before. Another one is refused. */
  hostKey: string | null;
}

/** A machine that another one reaches at its port 22. */
export interface InnerTarget extends Pick<SshTarget, 'user' | 'password' | 'address' | 'hostKey'> {
  /** What messages call it. */
  whom: Named;
}

export interface SshOptions {
  addresses: AddressPolicy;
  /** SSH_LEGACY_ALGORITHMS. */
  isLegacyAllowed: boolean;
  patience?: Patience;
  resolve?: Resolve;
}

/** How machines are logged in to. */
export class Ssh {
  readonly #options: LoginOptions;

  constructor({ patience = PATIENCE, ...options }: SshOptions) {
    this.#options = { ...options, patience };
  }

  /** Once the signal is aborted, the session is over. Throws SshError, or DomainError for an address that is denied. */
  async open(target: SshTarget, signal: AbortSignal): Promise<SshSession> {
    signal.throwIfAborted();
    const concealment = new Concealment([target.password]);
    const whom: Named = {
      named: `${target.role} at ${target.address}`,
      conceal: (text) => concealment.in(text),
    };
    const address = addressOf(target.address);
    if (!address) throw new SshError('UNREACHABLE', whom, 'has no address of a machine');
    const enter = async () => {
      const transport = await connect(address, this.#options, whom, signal);
      const login = await logIn(transport, target, this.#options, whom, signal);
      return new SshSession(login, whom, this.#options.patience, signal);
    };
    return traced('ssh', 'client', { 'server.address': whom.named }, async () =>
      TRIES.execute(enter, signal),
    );
  }

  /** The same at a machine that the other one reaches. */
  async openThrough(jump: SshSession, target: InnerTarget, signal: AbortSignal): Promise<SshSession> {
    const { whom } = target;
    const enter = async () => {
      // Its error is told by what waits for it.
      const transport = jump.tunnel(target.address, SSH_PORT).on('error', () => undefined);
      await transport.opened;
      const login = await logIn(transport, target, this.#options, whom, signal);
      return new SshSession(login, whom, this.#options.patience, signal);
    };
    return TRIES.execute(enter, signal);
  }
}
