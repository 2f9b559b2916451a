import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { openOn } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { installQueue } from '../../src/domains/jobs/queue.js';
import { ENTITIES } from '../../src/modules.js';
import { TEST_DATABASE_URL } from './database.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PACKAGE_LOCK = at('package-lock.json');
const MIGRATIONS = at('src/database/migrations');
const JOBS = at('src/domains/jobs');
const CACHE = at('node_modules/.cache/isthmus-test');

declare module 'vitest' {
  interface ProvidedContext {
    /** File of a migrated embedded database, from which every test's own starts; empty on PostgreSQL. */
    databaseImage: string;
  }
}

/** Whatever the image follows from. */
function contentKey(): string {
  const hash = createHash('sha256').update(readFileSync(PACKAGE_LOCK));
  for (const folder of [MIGRATIONS, JOBS])
    for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

async function makeImage(): Promise<Blob> {
  const folder = mkdtempSync(join(CACHE, 'made-'));
  const thread = await EmbeddedThread.open({ folder });
  const closed = async () => thread.close();
  const database = await openOn(thread, ENTITIES, { policy: 'migrate', closed });
  await installQueue(database.native, pino({ level: 'silent' })).finally(async () => database.close());
  const pglite = new PGlite(folder);
  return pglite.dumpDataDir('none').finally(async () => {
    await pglite.close();
    rmSync(folder, { recursive: true });
  });
}

/** Migrates one database for all test files, and again when migrations have changed. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('databaseImage', '');
  if (TEST_DATABASE_URL) return;
  const name = `database-${contentKey()}.tar`;
  const file = join(CACHE, name);
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    for (const old of readdirSync(CACHE))
      if (!old.startsWith(name)) rmSync(join(CACHE, old), { recursive: true, force: true });
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, await (await makeImage()).bytes());
    renameSync(whole, file);
  }
  project.provide('databaseImage', file);
}
