import type { Config } from '../config/settings.js';
import type { Loggers } from '../kernel/logger.js';

/** What one command does; resolves with the exit code, a failure that an operator can mend rejects with a DomainError. */
export type Run = (config: Config, loggers: Loggers) => Promise<number>;

/** Something that the program does instead of serving, asked for by an option of the same name. */
export interface Command {
  /** For --help. */
  description: string;
  /** Completes "Isthmus cannot ...". */
  deed: string;
  /** Late: what is not asked for takes neither time nor memory. */
  load: () => Promise<{ run: Run }>;
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
