import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Program, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { Comparison } from './compare.js';
import { Shell } from './shell.js';
import { readSteps } from './steps.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The port that a command in the background opens. */
const OPENED_PORT = / (\d{4,5}) .*&$/;

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => resolve(true))
      .once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A folder as a clone gives it, with a name that some have. */
function cloneHere(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'isthmus-tour-')), 'Büro 1');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const file of files.toString().split('\0').filter(Boolean))
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  return folder;
}

describe('the README', () => {
  let folder: string;
  beforeAll(() => (folder = cloneHere()));
  afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

  const inFolder = (command: string): Program => ({ command: ['bash', '-c', command], folder });

  test('tells what its commands answer', async () => {
    for (const port of [11_000, 8081]) expect(await isOpen(port), `port ${port} is in use`).toBe(false);
    const comparison = new Comparison();
    const [install, ...none] = readSteps(README, 'Start');
    expect(none).toEqual([]);
    const server = await startProcess({ PORT: '' }, inFolder(install?.command ?? ''));
    onTestFinished(
      async () => void (await server.end('SIGKILL', -(server.process.pid ?? 0)).catch(() => undefined)),
    );
    const printed = server.output().trimEnd();
    if (!comparison.matches(install?.output ?? '', printed)) expect(printed).toBe(install?.output);

    const shell = new Shell(folder);
    onTestFinished(() => shell.close());
    for (const { command, output } of readSteps(README, 'Five minutes')) {
      const typed = comparison.fill(command);
      const answer = await shell.type(typed);
      const [, port] = OPENED_PORT.exec(command) ?? [];
      if (port !== undefined) await expect.poll(() => isOpen(Number(port))).toBe(true);
      if (!comparison.matches(output, answer)) expect(`$ ${typed}\n${answer}`).toBe(`$ ${typed}\n${output}`);
    }
  });

  test('is right that a release runs without what builds it', async () => {
    for (const left of ['src', '.config', 'test', 'schema', 'data'])
      rmSync(join(folder, left), { recursive: true });
    expect(await runToEnd({}, [], inFolder('npm ci --omit=dev'))).toMatchObject({ code: 0 });
    const server = await startProcess({}, inFolder('npm start'));
    onTestFinished(
      async () => void (await server.end('SIGKILL', -(server.process.pid ?? 0)).catch(() => undefined)),
    );
    for (const path of ['/readyz', '/docs/assets/site.css', '/playground', '/openapi.json'])
      expect((await send(`${server.url}${path}`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});
