import type { Allowance } from '../../../domains/edge/clusters/workload.port.js';
import { lengthInJson } from '../../../kernel/jsonSurvey.js';

/** Bytes that a line takes beside its characters. */
const LINE_BYTES = 32;

const sizeOf = (line: string): number => lengthInJson(line) + LINE_BYTES;

/** The last lines of a log, as many as are wanted and allowed. */
export class LogTail {
  readonly #lines: string[] = [];

  constructor(
    private readonly most: number,
    private readonly allowance: Allowance | undefined,
  ) {}

  get lines(): readonly string[] {
    return this.#lines;
  }

  push(lines: readonly string[]): void {
    for (const line of this.most === 0 ? [] : lines.slice(-this.most)) this.#keep(line);
  }

  clear(): void {
    while (this.#drop());
  }

  #keep(line: string): void {
    if (this.#lines.length === this.most) this.#drop();
    while (this.allowance?.take(sizeOf(line)) === false) if (!this.#drop()) return;
    this.#lines.push(line);
  }

  /** The oldest one goes, if there is any. */
  #drop(): boolean {
    const line = this.#lines.shift();
    if (line !== undefined) this.allowance?.giveBack(sizeOf(line));
    return line !== undefined;
  }
}
