import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import { makeDataFolder } from './dataFolder.js';
import { fileReason, replaceFile } from './files.js';
import type { Config } from './settings.js';

/** Where the password that was made up for the system administrator stays until it is changed, for its owner alone to read. */
export class InitialPasswordFile {
  readonly path: string;

  constructor(private readonly config: Pick<Config, 'DATA_DIR'>) {
    this.path = join(config.DATA_DIR, 'initial-admin-password');
  }

  read(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8').trim();
    } catch {
      return undefined;
    }
  }

  /** CONFLICT when it cannot be written: a password that might be lost is not used. */
  write(password: string): void {
    try {
      makeDataFolder(this.config.DATA_DIR);
      replaceFile(this.path, `${password}\n`);
    } catch (error) {
      const why = fileReason(error instanceof DomainError ? error.cause : error);
      throw new DomainError(
        'CONFLICT',
        `the administrator's password cannot be kept in ${this.path} (${why}); set ADMIN_PASSWORD, or a DATA_DIR that can be written`,
        {},
        { cause: error },
      );
    }
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
