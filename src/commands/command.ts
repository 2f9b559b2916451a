import type { Config } from '../config/settings.js';
import type { NewPassword } from '../domains/identity/index.js';
import type { Loggers } from '../log/logger.js';

/** What one command does, telling it by `print`; resolves with the exit code, a failure that an operator can mend rejects with a DomainError. */
export type Run = (config: Config, loggers: Loggers, print: (line: string) => void) => Promise<number>;

/** Something that the program does instead of serving, asked for by an option of the same name. */
export interface Command {
  /** For --help. */
  description: string;
  /** Completes "Isthmus cannot ...". */
  deed: string;
  /** Late: what is not asked for takes neither time nor memory. */
  load: () => Promise<{ run: Run }>;
}

/** For whoever started the process, and for nobody else: it stays out of the log. */
export const passwordLine = ({ name, password, file }: NewPassword): string =>
  `Log in as ${name} with the password ${password} (also in ${file}, until it is changed)`;
