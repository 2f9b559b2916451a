import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A shell in which commands are typed one after another, as in a terminal. */
export class Shell {
  readonly #process: ChildProcess;
  readonly #outputs = mkdtempSync(join(tmpdir(), 'isthmus-shell-'));
  #marks = '';

  constructor(folder: string) {
    this.#process = spawn('bash', { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#process.stdout?.on('data', (chunk: Buffer) => (this.#marks += chunk.toString()));
  }

  /** What the command writes to standard output, with line ends as in a terminal; rejects when it fails. */
  async type(command: string): Promise<string> {
    const mark = randomUUID();
    // A file each: what an earlier one still writes in the background is none of this one's.
    const file = join(this.#outputs, mark);
    const done = new RegExp(`${mark} (\\d+)\n`);
    this.#process.stdin?.write(`{ ${command}\n} > ${file}\nprintf '%s %s\\n' ${mark} $?\n`);
    while (!done.test(this.#marks)) await once(this.#process.stdout as NodeJS.ReadableStream, 'data');
    const [, code] = done.exec(this.#marks) ?? [];
    const output = readFileSync(file, 'utf8');
    if (code !== '0') throw new Error(`${command}\nended with ${code}:\n${output}`);
    return output.replaceAll('\r', '').trimEnd();
  }

  /** Ends the shell and all that was started in it. */
  close(): void {
    process.kill(-(this.#process.pid ?? 0), 'SIGKILL');
    rmSync(this.#outputs, { recursive: true });
  }
}
