import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that the pictures of this run go to. */
    screenshots: string;
  }
}

export function setup(project: TestProject): void {
  const screenshots = mkdtempSync(join(tmpdir(), 'isthmus-screenshots-'));
  project.provide('screenshots', screenshots);
  process.stdout.write(`Screenshots: ${screenshots}\n`);
}
