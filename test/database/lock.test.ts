import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../src/database/lock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-lock-'));
  file = join(folder, 'database.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('is given to one at a time', () => {
  const release = lockFolder(file);
  expect(() => lockFolder(file)).toThrow(/in use by process \d+/);
  release();
  lockFolder(file)();
  expect(existsSync(file)).toBe(false);
});

test('is taken over from a process that is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  writeFileSync(file, JSON.stringify({ pid: child.pid, birth: 'x' }));
  expect(lockFolder(file)).not.toThrow();
});

test('is taken over when its pid has been given to another process since', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, birth: 'an earlier boot/1' }));
  expect(lockFolder(file)).not.toThrow();
});

test('is not taken over when it cannot be read', () => {
  writeFileSync(file, 'not JSON');
  expect(() => lockFolder(file)).toThrow(/in use by another process/);
});
