import { randomBytes } from 'node:crypto';
import type { HostTarget } from '../../../domains/datacenters/hostDetail/hostDetail.port.js';
import type { LcmAccount } from '../../../domains/datacenters/cloud.port.js';
import { denied } from '../../../kernel/connectFailures.js';
import { isHost } from '../../../kernel/hosts.js';
import { AddressPolicy } from '../../../kernel/networks.js';
import { Concealment } from '../../../kernel/concealment.js';
import type { Named } from '../../../net/httpFailures.js';
import { tidy } from '../../../net/text.js';
import { type Output, afterMark, commandLine } from '../../ssh/command.js';
import { type Ssh, SshError, type SshFailure, type SshSession } from '../../ssh/index.js';

/** Where commands run on a host. */
export interface HostShell {
  /** `<algorithm> <base64>`; null where the LCM looks after that. */
  readonly hostKey: string | null;
  run: (command: readonly string[], mostBytes?: number) => Promise<Output>;
  /** The text without our credentials. */
  conceal: (text: string) => string;
  close: () => Promise<void>;
}

/** What is denied everywhere, and so behind the LCM too. */
const ANYWHERE = new AddressPolicy([]);

/** After these the LCM may still be let in by a key of its own. */
const REFUSALS: readonly SshFailure[] = [
  'FORWARDING_REFUSED',
  'LOGIN_REFUSED',
  'ACCOUNT_REFUSED',
  'PASSWORD_EXPIRED',
];

const MOST_OUTPUT = 1_048_576;
/** Bytes of what files such as .bashrc print. */
const MOST_NOISE = 65_536;
const MOST_QUOTED = 500;

/** Seconds: less than a session may be silent. */
const OWN_SSH = ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=8', '--'];

/** Commands on a host, by the ssh program of the LCM, whose keys and known hosts are its own. */
class OwnSsh implements HostShell {
  readonly hostKey = null;

  constructor(
    private readonly lcm: SshSession,
    private readonly address: string,
    private readonly whom: Named,
    /** Why it is not done otherwise. */
    private readonly refusal: SshError,
  ) {}

  get conceal() {
    return this.whom.conceal;
  }

  async run(command: readonly string[], mostBytes = MOST_OUTPUT): Promise<Output> {
    const mark = randomBytes(16).toString('hex');
    const output = await this.lcm.exec([...OWN_SSH, this.address, commandLine(mark, command)], {
      mostBytes: mostBytes + MOST_NOISE,
    });
    const stdout = afterMark(output.stdout, mark);
    const stderr = Buffer.from(output.stderr);
    if (stdout) return { ...output, stdout, stderr: (afterMark(stderr, mark) ?? stderr).toString() };
    const said = tidy(output.stderr.slice(-MOST_QUOTED).replaceAll(/\s+/g, ' ').trim(), MOST_QUOTED);
    const { failure, message } = this.refusal;
    const what = `cannot be logged in to: ${message}; nor by the LCM's own ssh: ${said || 'it says nothing'}`;
    throw new SshError(failure, this.whom, what, null, this.refusal);
  }

  async close(): Promise<void> {}
}

/**
 * Logs in to a host through the LCM with the LCM's account; where that is refused, the LCM logs in itself.
 * Throws SshError, or DomainError for an address that is denied.
 */
export async function enterHost(
  ssh: Ssh,
  lcm: SshSession,
  account: LcmAccount,
  { name, address, hostKey }: HostTarget,
  signal: AbortSignal,
): Promise<HostShell> {
  const host = address ?? name;
  const concealment = new Concealment([account.password]);
  const whom: Named = { named: `the host ${host}`, conceal: (text) => concealment.in(text) };
  if (!isHost(host)) throw new SshError('UNREACHABLE', whom, 'has no address of a machine');
  if (!ANYWHERE.allowsHost(host)) throw denied(whom.named);
  const { user, password } = account;
  try {
    const session = await ssh.openThrough(lcm, { user, password, hostKey, address: host, whom }, signal);
    return {
      hostKey: session.hostKey,
      run: async (command, mostBytes = MOST_OUTPUT) => session.exec(command, { mostBytes }),
      conceal: whom.conceal,
      close: async () => session.close(),
    };
  } catch (error) {
    if (!(error instanceof SshError) || !REFUSALS.includes(error.failure)) throw error;
    return new OwnSsh(lcm, host, whom, error);
  }
}
