import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = import.meta.dirname;

/** Where the documents and what is generated of them are put. */
export const GENERATED = join(FOLDER, 'generated');

/** Runs a tool of this folder's package; what it said when it fails. */
export async function run(tool: string, ...args: string[]): Promise<void> {
  const file = join(FOLDER, 'node_modules', '.bin', tool);
  const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    await promisify(execFile)(process.execPath, [file, ...args], { cwd: FOLDER, env: environment });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${tool} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}
