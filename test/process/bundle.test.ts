import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runToEnd, startProcess } from '../support/process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'isthmus-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files; each costs a search, a read and a compilation. Unbundled they are more than 2,000. */
const MOST = 250;

test('a start loads few files, and connectors and telemetry when they are needed', async () => {
  const file = join(folder, 'loaded.json');
  const probe = new URL(`support/loaded.mjs?to=${file}`, import.meta.url).href;
  const server = await startProcess(
    { DATA_DIR: join(folder, 'data') },
    { command: [process.execPath, `--import=${probe}`, 'dist/main.js'], folder: ROOT },
  );
  expect(await server.end('SIGTERM')).toBe(0);
  const loaded = JSON.parse(readFileSync(file, 'utf8')) as string[];
  expect(loaded.some((url) => url.endsWith('/dist/bundle/main.js'))).toBe(true);
  expect(loaded.filter((url) => /\/(kubernetes|openstack|harbor|compiled|telemetry)\.js$/.test(url))).toEqual(
    [],
  );
  expect(loaded.length).toBeLessThan(MOST);
  // The embedded database is opened meanwhile.
  const at = (name: string) => loaded.findIndex((url) => url.endsWith(`/dist/bundle/${name}.js`));
  expect(at('folder')).toBeGreaterThan(0);
  expect(at('folder')).toBeLessThan(at('serving'));
});

test('traces name the functions', async () => {
  const { code, output } = await runToEnd({
    DATA_DIR: join(folder, 'readable'),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SECRET_KEY: Buffer.alloc(32, 'k').toString('base64'),
    LOG_LEVEL: 'debug',
  });
  expect(code).toBe(1);
  for (const name of ['explainPostgres', 'async startApp']) expect(output).toContain(`at ${name} (`);
});
