import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

/** A shell in which commands are typed one after another, as in a terminal. */
export class Shell {
  readonly #process: ChildProcess;
  #output = '';

  constructor(folder: string) {
    this.#process = spawn('bash', { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#process.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** What the command writes to standard output, with line ends as in a terminal; rejects when it fails. */
  async type(command: string): Promise<string> {
    const mark = randomUUID();
    this.#output = '';
    this.#process.stdin?.write(`${command}\nprintf '%s %s\\n' ${mark} $?\n`);
    while (!this.#output.includes(`${mark} `) || !this.#output.endsWith('\n')) {
      await once(this.#process.stdout as NodeJS.ReadableStream, 'data');
    }
    const [output = '', code] = this.#output.split(`${mark} `);
    if (code?.trim() !== '0') throw new Error(`${command}\nended with ${code?.trim()}:\n${output}`);
    return output.replaceAll('\r', '').trimEnd();
  }

  /** Ends the shell and all that was started in it. */
  close(): void {
    process.kill(-(this.#process.pid ?? 0), 'SIGKILL');
  }
}
