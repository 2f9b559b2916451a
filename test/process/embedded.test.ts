import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';
import { busyPlatform } from '../support/busyPlatform.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { logIn } from '../support/server.js';

let folder: string;
let running: Running[] = [];

async function start(): Promise<Running> {
  const server = await startProcess({ DATA_DIR: folder });
  running.push(server);
  return server;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-process-'));
  running = [];
});
afterEach(() => {
  for (const { process: child } of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function register({ url }: Running, platform: object): Promise<string> {
  const response = await send(`${url}/sys/transmit/v1/routes`, { method: 'POST', body: platform });
  return ((await response.json()) as { data: { id: string } }).data.id;
}

async function names({ url }: Running): Promise<string[]> {
  const { data } = (await (await send(`${url}/sys/transmit/v1/routes`)).json()) as {
    data: { name: string }[];
  };
  return data.map(({ name }) => name);
}

test('the first start tells where things are and makes the administrator, whose password works', async () => {
  chmodSync(folder, 0o755);
  const server = await start();
  for (const path of ['/graphql', '/playground', '/docs'])
    expect(server.output()).toContain(server.url + path);
  const [, name = '', password = ''] = /Log in as (\S+) with the password (\S+)/.exec(server.output()) ?? [];
  expect(await logIn(server.url, name, password)).toMatch(/\./);
  expect(await server.end('SIGTERM')).toBe(0);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(files).toContain('secret.key');
  expect(['', ...files].filter((name) => statSync(join(folder, name)).mode & 0o077)).toEqual([]);

  const again = await start();
  expect(again.output()).not.toContain('password');
  expect(await logIn(again.url, name, password)).toMatch(/\./);
});

test('kill -9 loses nothing that was acknowledged, and a second process on the folder is refused', async () => {
  const server = await start();
  const registered: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const name = `platform-${index}`;
    await register(server, { name, protocol: 'http', host: '127.0.0.1' });
    registered.push(name);
  }
  const refused = await runToEnd({ DATA_DIR: folder });
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/data folder is in use by process \d+/);
  expect(await names(server)).toEqual(registered);

  expect(await server.end('SIGKILL')).toBe('SIGKILL');
  expect(await names(await start())).toEqual(registered);
});

/** A server with a request in flight, which a platform answers when it is told to. */
async function startBusy() {
  const platform = await busyPlatform();
  onTestFinished(() => platform.close());
  const server = await start();
  const { response } = await platform.ask(server.url);
  return { server, response, answer: platform.answer };
}

test('SIGTERM lets a request in flight finish, accepts no new one, and ends with 0', async () => {
  const { server, response, answer } = await startBusy();
  const ended = server.end('SIGTERM');
  await refusesConnections(Number(new URL(server.url).port));
  answer();
  expect(await (await response).text()).toBe('late');
  expect(await ended).toBe(0);
});

test('a second signal ends it at once', async () => {
  const { server, response } = await startBusy();
  const ended = server.end('SIGTERM');
  await refusesConnections(Number(new URL(server.url).port));
  server.process.kill('SIGINT');
  expect(await ended).toBe(1);
  await expect(response).rejects.toThrow();
});

/** Resolves once nobody listens on the port any more. */
async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'accepted'),
      once(socket, 'error').then(() => 'refused'),
    ]).catch(() => 'refused');
    socket.destroy();
    if (outcome === 'refused') return;
  }
}

describe('the command line', () => {
  test('--help lists every setting', async () => {
    const { code, output } = await runToEnd({}, ['--help']);
    expect(code).toBe(0);
    for (const name of Object.keys(SETTINGS)) expect(output).toContain(name);
  });

  test('--version tells the version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await runToEnd({}, ['--version'])).output.trim()).toBe(version);
  });

  test('wrong settings are all named and nothing starts', async () => {
    const { code, output } = await runToEnd({
      DATA_DIR: folder,
      PORT: 'http',
      TRUSTED_NETWORKS: 'home',
      TLS_CERT: 'a.pem',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'TRUSTED_NETWORKS', 'TLS_CERT']) expect(output).toContain(name);
    expect(output).toMatch(/^Isthmus cannot start: .+\n$/);
  });

  test('an occupied port is told plainly', async () => {
    const server = await start();
    const other = mkdtempSync(join(tmpdir(), 'isthmus-process-'));
    const { code, output } = await runToEnd({ DATA_DIR: other, PORT: new URL(server.url).port });
    rmSync(other, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(output).toMatch(/cannot start: port \d+ of 127.0.0.1 is in use/);
  });
});
