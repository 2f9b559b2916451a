import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAll } from './processes.ts';
import { print } from './table.ts';

/** Runs a measurement in a folder of its own, and fails the process when what is required is not reached. */
export async function run(measure: (folder: string) => Promise<boolean>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-bench-'));
  try {
    const isEnough = await measure(folder);
    print(isEnough ? '\nAll that is required is reached.' : '\nNot all that is required is reached.');
    process.exitCode = isEnough ? 0 : 1;
  } finally {
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
