import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** Refused at once by who lives. */
const lockNow = async () => lockFolder(file, 0);

test('is given to one at a time', async () => {
  const release = await lockFolder(file);
  await expect(lockNow()).rejects.toThrow(/in use by process \d+/);
  release();
  (await lockFolder(file))();
  expect(readdirSync(folder)).toEqual([]);
});

test('is given to one of many that ask at once', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 20 }, lockNow));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('is taken over from a process that is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  writeFileSync(file, JSON.stringify({ pid: child.pid, birth: 'x' }));
  await expect(lockFolder(file)).resolves.toBeTypeOf('function');
});

test('is taken over when its pid has been given to another process since', async () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, birth: 'an earlier boot/1' }));
  await expect(lockFolder(file)).resolves.toBeTypeOf('function');
});

test('is not taken over when it cannot be read', async () => {
  writeFileSync(file, 'not JSON');
  await expect(lockNow()).rejects.toThrow(/in use by another process/);
});

test('is taken over when it is empty: who made it was killed, or the disk was full', async () => {
  writeFileSync(file, '');
  await expect(lockFolder(file)).resolves.toBeTypeOf('function');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
});

test('is taken over by one of many that find it empty', async () => {
  writeFileSync(file, '');
  const asked = await Promise.allSettled(Array.from({ length: 20 }, lockNow));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

/** Of another container: the same pid here is another process. */
const inAnotherContainer = { pid: 1, birth: 'this boot/1', namespace: 'pid:[1]' };

test('is not taken from a process of another container that lives, though it stands still', async () => {
  const socket = 'database.other.sock';
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(join(folder, socket))}, () => console.log())`,
  ]);
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  writeFileSync(file, JSON.stringify({ ...inAnotherContainer, socket }));
  await expect(lockNow()).rejects.toThrow(/in use by process 1/);
  child.kill('SIGKILL');
  await once(child, 'close');
  await expect(lockFolder(file)).resolves.toBeTypeOf('function');
});

test('is taken over from a process that is about to be gone, and still answers once', async () => {
  const socket = 'database.other.sock';
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer(() => process.exit()).listen(${JSON.stringify(join(folder, socket))}, () => console.log())`,
  ]);
  await once(child.stdout, 'data');
  writeFileSync(file, JSON.stringify({ ...inAnotherContainer, socket }));
  const gone = once(child, 'close');
  await expect(lockFolder(file, 30_000)).resolves.toBeTypeOf('function');
  await gone;
});

test('is not taken from a process that lives, though its socket was removed', async () => {
  const release = await lockFolder(file);
  for (const name of readdirSync(folder)) if (name.endsWith('.sock')) rmSync(join(folder, name));
  await expect(lockNow()).rejects.toThrow(`in use by process ${process.pid}`);
  release();
  (await lockNow())();
});

test('is not taken from one of another container that left no way to tell', async () => {
  writeFileSync(file, JSON.stringify(inAnotherContainer));
  await expect(lockNow()).rejects.toThrow(/in use by process 1/);
});
