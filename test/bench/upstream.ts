import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, LOAD_CORE, startServer } from './processes.ts';

/** Starts the platform that is forwarded to, which answers 1 KB of JSON; returns its port. */
export async function startUpstream(folder: string): Promise<number> {
  const port = await freePort();
  const script = fileURLToPath(new URL('upstream.mjs', import.meta.url));
  const command = [process.execPath, script, String(port)];
  await startServer(LOAD_CORE, command, port, join(folder, 'upstream.log'));
  return port;
}
