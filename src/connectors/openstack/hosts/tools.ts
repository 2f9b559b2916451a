import { randomBytes } from 'node:crypto';
import { tidy } from '../../../net/text.js';
import { type Output, quoted } from '../../ssh/command.js';
import type { HostShell } from './shell.js';

/** Where accounts without a PATH for administrators have their tools; and outputs are told apart by English words. */
const ENVIRONMENT = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL';
/** Seconds, less than a session may be silent: what waits for a service that hangs is ended, where there is a program for that. */
const MOST_TIME = 8;
const BOUNDED = `bound=; command -v timeout >/dev/null && bound='timeout ${MOST_TIME}'`;
const ONE = `${ENVIRONMENT}; ${BOUNDED}; exec $bound "$@"`;

/** Of a shell that finds no such program. */
const NO_PROGRAM = 127;
/** Of `timeout`, after it ended something. */
const TOO_LATE = 124;
const REFUSAL =
  /permission denied|not permitted|access denied|authentication (?:failed|unavailable|required)|polkit|must be root/i;
const MOST_JUDGED = 4096;
const MOST_QUOTED = 200;

export type Attempt = { text: string } | { complaint: string };

export interface Tool {
  name: string;
  /** Before those of a call. */
  options: readonly string[];
  /** Whether another try by `sudo -n` may help. */
  mayNeedRoot?: boolean;
}

const isRefused = ({ code, stderr }: Output): boolean =>
  code !== 0 && code !== NO_PROGRAM && REFUSAL.test(stderr.slice(0, MOST_JUDGED));

/** Programs of a host. */
export class HostTools {
  /** Those that worked by `sudo -n` alone. */
  readonly #asRoot = new Set<string>();

  constructor(private readonly shell: HostShell) {}

  /** Without a shell's meaning in any argument. */
  async run(tool: Tool, args: readonly string[], mostBytes?: number): Promise<Attempt> {
    const words = [tool.name, ...tool.options, ...args];
    const attempt = async (before: readonly string[]) =>
      this.shell.run(['sh', '-c', ONE, 'sh', ...before, ...words], mostBytes);
    const output = await attempt([]);
    if (output.code === 0) return { text: output.stdout.toString() };
    if (!isRefused(output)) return { complaint: this.#complaint(tool, output) };
    const again = tool.mayNeedRoot === true ? await attempt(['sudo', '-n']) : output;
    if (again.code !== 0) return { complaint: `${tool.name} is refused to the account on the host` };
    this.#asRoot.add(tool.name);
    return { text: again.stdout.toString() };
  }

  /** A script without arguments; what it prints, also where a part of it fails. */
  async script(text: string): Promise<string> {
    const { stdout } = await this.shell.run(['sh', '-c', `${ENVIRONMENT}; ${text}`]);
    return stdout.toString();
  }

  /**
   * Once for each name, in one go, until one takes too long: what was printed for each, through `filter` where that is
   * given.
   */
  async each(
    tool: Tool,
    args: readonly string[],
    names: readonly string[],
    { filter = '', mostBytes }: { filter?: string; mostBytes?: number } = {},
  ): Promise<{ texts: ReadonlyMap<string, string>; complaint?: string }> {
    if (names.length === 0) return { texts: new Map() };
    const before = this.#asRoot.has(tool.name) ? ['sudo', '-n'] : [];
    const words = [...before, tool.name, ...tool.options, ...args].map(quoted).join(' ');
    const mark = randomBytes(8).toString('hex');
    // A mark begins a line, whether or not what is before it ends one.
    const head = String.raw`printf '\n%s %s\n' "$mark" "$each"`;
    const body = `${head}; $bound ${words} "$each" </dev/null${filter}; code=$?; [ $code -ne ${TOO_LATE} ] || break`;
    const loop = `mark=$1; shift; for each; do ${body}; done; exit $code`;
    const script = `${ENVIRONMENT}; ${BOUNDED}; ${loop}`;
    const output = await this.shell.run(['sh', '-c', script, 'sh', mark, ...names], mostBytes);
    const texts = sectionsOf(output.stdout.toString(), mark);
    if (output.code !== NO_PROGRAM && output.code !== TOO_LATE) return { texts };
    return { texts, complaint: this.#complaint(tool, output) };
  }

  #complaint({ name }: Tool, { code, stderr }: Output): string {
    if (code === NO_PROGRAM) return `${name} is not installed on the host`;
    if (code === TOO_LATE) return `${name} did not end within ${MOST_TIME} s on the host`;
    const words = tidy(this.shell.conceal(stderr), MOST_QUOTED).replaceAll(/\s+/g, ' ').trim();
    return `${name} failed on the host: ${words || `it ended with ${code ?? 'a signal'}`}`;
  }
}

/** What was printed after each line of a mark and a name. */
function sectionsOf(text: string, mark: string): Map<string, string> {
  const [, ...sections] = `\n${text}`.split(`\n${mark} `);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return end === -1 ? [section, ''] : [section.slice(0, end), section.slice(end + 1)];
    }),
  );
}
