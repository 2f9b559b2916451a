import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What `npm run build` makes of the client; sources and compiled files lie equally deep, so this is it from either. */
export const CLIENT = fileURLToPath(new URL('../../../dist/browser/playground/', import.meta.url));

const MANIFEST = join(CLIENT, '.vite/manifest.json');

const Manifest = z.record(z.string(), z.object({ file: z.string() }));

const built = existsSync(MANIFEST) ? Manifest.parse(JSON.parse(readFileSync(MANIFEST, 'utf8'))) : {};

/** Path on this server of what became of a script of the client; undefined where none has been built. */
export function scriptPath(source: string): string | undefined {
  const file = built[source]?.file;
  return file === undefined ? undefined : `/playground/${file}`;
}
