import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSecrets, readSecrets } from '../../src/config/secretKey.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-key-'));
  file = join(folder, 'secret.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = () => ({ SECRET_KEY: '', SECRET_KEYS_PREVIOUS: [], DATA_DIR: folder });
const read = () => readSecrets(settings());

test('the first start makes a key, for this user alone, and later ones read it', () => {
  const [id] = read().keyIds;
  expect(readdirSync(folder)).toEqual(['secret.key']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(read().keyIds).toEqual([id]);
});

test('SECRET_KEY counts, whatever the file holds', () => {
  writeFileSync(file, '');
  const given = { ...settings(), SECRET_KEY: generateSecretKey() };
  expect(readSecrets(given).name).toBe('SECRET_KEY');
  expect(() => checkSecrets(given)).not.toThrow();
});

const KEY = generateSecretKey();

test.each([
  ['empty', ''],
  ['empty', '\n'],
  ['damaged', KEY.slice(0, 20)],
  ['damaged', '\0'.repeat(KEY.length)],
  ['damaged', `key: ${KEY}`],
])('a key file that is %s (%j) is called that by name, and left as it is', (what, text) => {
  writeFileSync(file, text);
  const refusal = `SECRET_KEY is not set, and ${file} is ${what} (a key is 32 bytes in base64); `;
  for (const act of [readSecrets, checkSecrets])
    expect(() => act(settings())).toThrow(`${refusal}remove it: there is no database yet`);
  mkdirSync(join(folder, 'database'));
  for (const act of [readSecrets, checkSecrets])
    expect(() => act(settings())).toThrow(`${refusal}restore it from a backup`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a check makes no key', () => {
  checkSecrets(settings());
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder, and a link that leads nowhere, are called what they are', () => {
  mkdirSync(file);
  expect(read).toThrow(`${file} cannot be read: it is a folder`);
  rmSync(file, { recursive: true });
  symlinkSync(join(folder, 'gone'), file);
  expect(read).toThrow(`${file} cannot be read: it is a file, or a link that leads nowhere`);
});

test('reading the key looks at nothing else: whoever takes the folder makes it private, once', () => {
  read();
  writeFileSync(join(folder, 'database.lock'), '');
  chmodSync(join(folder, 'database.lock'), 0o644);
  read();
  expect(statSync(join(folder, 'database.lock')).mode & 0o777).toBe(0o644);
});

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What a process of its own prints, after `first` in its shell. */
async function inProcess(statement: string, first = 'true'): Promise<string> {
  const program = `
    const { readSecrets } = await import(${JSON.stringify(at('src/config/secretKey.ts'))});
    const { InitialPasswordFile } = await import(${JSON.stringify(at('src/config/initialPassword.ts'))});
    const settings = ${JSON.stringify(settings())};
    try { console.log(${statement}) } catch (error) { console.log(error.message) }`;
  const node = [
    process.execPath,
    '--import',
    at('test/support/sources.mjs'),
    '--input-type=module',
    '-e',
    program,
  ];
  const { stdout } = await promisify(execFile)('sh', ['-c', `${first}; exec "$0" "$@"`, ...node]);
  return stdout.trim();
}

/** In bytes of a file: each write fails as on a full disk, once the file is made. */
const NO_ROOM = 'ulimit -f 0';

test('processes that start at once have the same key', async () => {
  const ids = await Promise.all([1, 2, 3, 4].map(async () => inProcess('readSecrets(settings).keyIds[0]')));
  expect(ids).toEqual(Array(4).fill(read().keyIds[0]));
});

test('a key that cannot be written leaves nothing behind', async () => {
  expect(await inProcess('readSecrets(settings).keyIds', NO_ROOM)).toContain(`${file} cannot be written: `);
  expect(readdirSync(folder)).toEqual([]);
});

test('a password that cannot be written leaves the one before', async () => {
  const kept = join(folder, 'initial-admin-password');
  writeFileSync(kept, 'before\n');
  const said = await inProcess(`new InitialPasswordFile(settings).write('after')`, NO_ROOM);
  expect(said).toContain(`password cannot be kept in ${kept} (`);
  expect(readFileSync(kept, 'utf8')).toBe('before\n');
  expect(await inProcess(`new InitialPasswordFile(settings).write('after')`)).toBe('undefined');
  expect(readFileSync(kept, 'utf8')).toBe('after\n');
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(folder)).toEqual(['initial-admin-password']);
});
