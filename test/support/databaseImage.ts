import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { openInMemory } from '../../src/database/embedded.js';
import { JobQueue } from '../../src/jobs/queue.js';
import { ENTITIES } from '../../src/services.js';
import { TEST_DATABASE_URL } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** File of a migrated embedded database, from which every test's own starts; empty on PostgreSQL. */
    databaseImage: string;
  }
}

async function makeImage(): Promise<Blob> {
  const database = await openInMemory(ENTITIES);
  const queue = new JobQueue(database.native, [], pino({ level: 'silent' }));
  queue.start();
  await queue.started();
  await queue.stop();
  return database.dump().finally(() => database.close());
}

/** Migrates one database for all test files. */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  project.provide('databaseImage', '');
  if (TEST_DATABASE_URL) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-image-'));
  const file = join(folder, 'database.tar');
  writeFileSync(file, await (await makeImage()).bytes());
  project.provide('databaseImage', file);
  return () => rmSync(folder, { recursive: true });
}
