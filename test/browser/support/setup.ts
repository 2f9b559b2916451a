import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that the pictures of this run go to. */
    screenshots: string;
  }
}

/** The pages are tested as they are shipped, from the sources of this moment. */
export async function setup(project: TestProject): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('../../../.config/vite.mjs', import.meta.url)) });
  const screenshots = mkdtempSync(join(tmpdir(), 'isthmus-screenshots-'));
  project.provide('screenshots', screenshots);
  process.stdout.write(`Screenshots: ${screenshots}\n`);
}
