import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { DatabasePool } from '../../src/database/pool.js';
import { SessionClient } from '../../src/database/sessionClient.js';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const DEPLOY = resolve(import.meta.dirname, '../../.deploy');
const alerts = readFileSync(`${DEPLOY}/prometheus/alerts.yml`, 'utf8');
const dashboard = readFileSync(`${DEPLOY}/grafana/dashboard.json`, 'utf8');

interface Panel {
  id: number;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
}

const { panels } = JSON.parse(dashboard) as { panels: Panel[] };

/** Names of metrics, and the suffixes of histograms, which are series of theirs. */
const namesIn = (text: string) =>
  new Set(
    [...text.matchAll(/\b(?:isthmus|nodejs|process)_\w+/g)].map(([name]) =>
      name.replace(/_(bucket|count|sum)$/, ''),
    ),
  );

describe('what is watched is told', () => {
  const server = useServer(() => startServer());

  test.each([
    ['alert rules', alerts],
    ['the dashboard', dashboard],
  ])('all that %s look at', async (_what, text) => {
    const metrics = await (await send(`${server.url}/metrics`)).text();
    const told = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    // Of PostgreSQL alone.
    for (const { name } of new DatabasePool({ Client: SessionClient }).figures()) told.add(name);
    // Of several processes alone.
    told.add('isthmus_workers');
    const names = namesIn(text);
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter((name) => !told.has(name))).toEqual([]);
  });
});

test('every alert has a test', () => {
  const { groups } = parse(alerts) as { groups: { rules: { alert: string }[] }[] };
  const tests = readFileSync(`${DEPLOY}/prometheus/alerts.test.yml`, 'utf8');
  const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !tests.includes(`alertname: ${name}\n`))).toEqual([]);
});

test('the panels of the dashboard do not cover each other, and each asks for something', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0)).toEqual([]);
});
