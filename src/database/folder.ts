import { join } from 'node:path';
import { openDataFolder, unusable } from '../config/dataFolder.js';
import type { Config } from '../config/settings.js';
import { DomainError } from '../kernel/errors.js';
import { EmbeddedThread } from './embeddedThread.js';
import { lockFolder } from './lock.js';

/** The folder of the embedded database, which one process at a time may have open. */
export interface Folder {
  path: string;
  /** Rejects where the database cannot be opened. */
  opened: Promise<EmbeddedThread>;
  release: () => void;
}

/** Takes the folder in DATA_DIR for this process; its thread opens the database while others go on. */
export async function takeFolder({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): Promise<Folder> {
  openDataFolder(DATA_DIR);
  const release = await lockFolder(join(DATA_DIR, 'database.lock')).catch((error: unknown) => {
    throw error instanceof DomainError ? error : unusable(DATA_DIR, error);
  });
  const path = join(DATA_DIR, 'database');
  const opened = EmbeddedThread.open({ folder: path });
  // Told to whoever awaits it, which may be later.
  opened.catch(() => undefined);
  return { path, opened, release };
}
