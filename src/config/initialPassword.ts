import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../kernel/errors.js';
import type { Config } from './settings.js';

/** Where the password that was made up for the system administrator stays until it is changed, for its owner alone to read. */
export class InitialPasswordFile {
  readonly path: string;

  constructor({ DATA_DIR }: Pick<Config, 'DATA_DIR'>) {
    this.path = join(DATA_DIR, 'initial-admin-password');
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
      mkdirSync(join(this.path, '..'), { recursive: true, mode: 0o700 });
      rmSync(this.path, { force: true });
      writeFileSync(this.path, `${password}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'an unknown reason';
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
