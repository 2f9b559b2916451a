import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { Comparison } from '../tour/compare.js';
import { Shell } from '../tour/shell.js';
import { readSteps } from '../tour/steps.js';
import { reserveNamespace } from './world.js';

const GUIDE = readFileSync(join(import.meta.dirname, '../../.github/guides/deploying.md'), 'utf8');
/** Where the guide has the server. */
const ADDRESS = 'http://127.0.0.1:11000';

const server = useServer(() => startServer({}, { background: true }));

test('the guide tells what its commands answer', async () => {
  await reserveNamespace(server);
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-guide-'));
  writeFileSync(join(folder, 'isthmus.kubeconfig'), inject('kubeconfig'));
  const comparison = new Comparison();
  const shell = new Shell(folder);
  onTestFinished(() => {
    shell.close();
    rmSync(folder, { recursive: true });
  });
  await shell.type(`TOKEN=${await server.adminToken()}`);
  const steps = readSteps(GUIDE, 'Tour');
  expect(steps).not.toEqual([]);
  for (const { command, output } of steps) {
    const answer = await shell.type(command.replaceAll(ADDRESS, server.url));
    if (!comparison.matches(output, answer))
      expect(`$ ${command}\n${answer}`).toBe(`$ ${command}\n${output}`);
  }
});
