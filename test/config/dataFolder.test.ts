import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDataFolder, openDataFolder, unusable } from '../../src/config/dataFolder.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'isthmus-data-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Paths below the folder, and the folder itself as '', with their modes. */
function modes(): Record<string, string> {
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return Object.fromEntries(
    names.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  );
}

function leaveOpen(): void {
  mkdirSync(join(folder, 'database/base'), { recursive: true });
  for (const name of ['secret.key', 'database.lock', 'database/PG_VERSION', 'database/base/1'])
    writeFileSync(join(folder, name), '');
  for (const name of Object.keys(modes())) chmodSync(join(folder, name), 0o777);
}

test('what others could read becomes the own alone, with the folder', () => {
  leaveOpen();
  openDataFolder(folder);
  expect(modes()).toEqual({
    '': '700',
    database: '700',
    'database/PG_VERSION': '600',
    'database/base': '700',
    'database/base/1': '600',
    'database.lock': '600',
    'secret.key': '600',
  });
});

test('a file that is gone by its turn holds up nobody', () => {
  leaveOpen();
  symlinkSync(join(folder, 'nowhere'), join(folder, 'database/base/gone'));
  expect(() => openDataFolder(folder)).not.toThrow();
});

test('a folder in which there are other things keeps its mode, and they theirs', () => {
  leaveOpen();
  writeFileSync(join(folder, 'other'), '');
  chmodSync(join(folder, 'other'), 0o644);
  openDataFolder(folder);
  expect(modes()).toMatchObject({ '': '777', other: '644', 'secret.key': '600', database: '700' });
});

test('folders that are missing are made for this user alone', () => {
  openDataFolder(join(folder, 'a/b'));
  expect(modes()).toMatchObject({ a: '700', 'a/b': '700' });
});

test.each([
  ['a file', (root: string) => join(root, 'file')],
  ['below a file', (root: string) => join(root, 'file/data')],
  ['where no folder can be made', () => '/proc/isthmus/data'],
])('%s is refused by name', (_what, place) => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => openDataFolder(place(folder))).toThrow(/^DATA_DIR \/\S+ cannot be used: .+; set another/);
});

test.each(['file', 'file/data'])('a check refuses %s as well', (name) => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => checkDataFolder(join(folder, name))).toThrow(
    /^DATA_DIR \/\S+ cannot be used: .+; set another/,
  );
});

test('a check makes nothing', () => {
  checkDataFolder(join(folder, 'a/b'));
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['ENOSPC', 'the disk is full; make room there; what is stored stays as it is'],
  ['EDQUOT', 'the quota is used up; raise it, or make room there; what is stored stays as it is'],
  [
    'EROFS',
    'the file system is read-only; let it be written to, or set another; what is stored stays as it is',
  ],
])('%s is told with what to do about it', (code, text) => {
  expect(unusable('/data', { code }).message).toBe(`DATA_DIR /data cannot be used: ${text}`);
});

test('a link that leads nowhere is called one', () => {
  symlinkSync(join(folder, 'gone'), join(folder, 'link'));
  expect(() => openDataFolder(join(folder, 'link'))).toThrow(/a link that leads nowhere/);
});
