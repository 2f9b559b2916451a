import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { busyPlatform } from '../support/busyPlatform.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { type Release, copyRelease } from '../support/release.js';
import { send } from '../support/rest.js';

describe('npm start of a release that was moved', () => {
  let release: Release;
  beforeAll(() => (release = copyRelease()));
  afterAll(() => release.remove());

  /** A server that npm started, with a request in flight. */
  async function startBusy() {
    const server = await startProcess({ DATA_DIR: './data' }, release);
    onTestFinished(() => endGroup(server));
    const platform = await busyPlatform();
    onTestFinished(() => platform.close());
    const { response } = await platform.ask(server.url);
    return { server, response, answer: platform.answer };
  }

  const group = ({ process: child }: Running) => -(child.pid ?? 0);

  function isLeft(server: Running): boolean {
    try {
      return process.kill(group(server), 0);
    } catch {
      return false;
    }
  }

  function endGroup(server: Running): void {
    if (isLeft(server)) process.kill(group(server), 'SIGKILL');
  }

  async function stops(server: Running): Promise<void> {
    await expect.poll(server.output).toContain('"msg":"stopping');
  }

  test('serves every door, and SIGTERM to npm drains and leaves no process behind', async () => {
    const { server, response, answer } = await startBusy();
    for (const path of ['/readyz', '/docs', '/docs/assets/site.css', '/playground', '/openapi.json'])
      expect((await send(`${server.url}${path}`)).status).toBe(200);
    const ended = server.end('SIGTERM');
    await stops(server);
    answer();
    expect(await (await response).text()).toBe('late');
    expect(await ended).toBe(0);
    expect(server.output()).toContain('"msg":"stopped"');
    expect(isLeft(server)).toBe(false);
  });

  test('a Ctrl-C reaches the server from the terminal and from npm, and is one', async () => {
    const { server, response, answer } = await startBusy();
    const ended = server.end('SIGINT', group(server));
    await stops(server);
    answer();
    expect(await (await response).text()).toBe('late');
    expect(await ended).toBe(0);
  });

  test('without a compiler it says what is missing', async () => {
    appendFileSync(join(release.folder, 'src/main.ts'), '\n');
    const changed = await runToEnd({}, [], release);
    expect(changed.code).not.toBe(0);
    expect(changed.output).toMatch(/^Isthmus cannot start: dist was made from other sources.*"npm ci".*\n$/);

    rmSync(join(release.folder, 'dist'), { recursive: true });
    const missing = await runToEnd({}, [], release);
    expect(missing.code).not.toBe(0);
    expect(missing.output).toMatch(/^Isthmus cannot start: there is no dist.*"npm run build".*\n$/);

    rmSync(join(release.folder, 'node_modules'), { recursive: true });
    const bare = await runToEnd({}, [], release);
    expect(bare.output).toMatch(/^Isthmus cannot start: its packages are not installed; run "npm ci"\n$/);
  });
});
