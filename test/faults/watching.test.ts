import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../../.deploy/prometheus');

const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });

test.each([
  ['check', 'config', 'prometheus.yml'],
  ['check', 'rules', 'alerts.yml'],
  ['test', 'rules', 'alerts.test.yml'],
])('promtool %s %s %s', (...args) => {
  const { status, stdout, stderr, error } = promtool(...args);
  expect({ status, error, told: `${stdout}${stderr}` }).toEqual({
    status: 0,
    error: undefined,
    told: expect.stringContaining('SUCCESS'),
  });
});
