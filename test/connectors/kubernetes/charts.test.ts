import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import { chartOf } from '../../../src/domains/deployments/manifests/index.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { NGINX, PLACE } from '../../deployments/manifests/specs.js';
import { HASTY, startLab } from './lab.js';

const OWNER = { namespace: 'ns3', deploymentId: 7 };
const CHART = chartOf(NGINX, PLACE, Buffer.from('a chart'));
const CHARTS = '/apis/helm.cattle.io/v1/namespaces/ns3/helmcharts';
const SECRETS = '/api/v1/namespaces/ns3/secrets';

interface Call {
  command: string;
  release: string;
  values: Record<string, string | boolean>;
  chart: string | null;
  kubeconfig: string;
  mode: string;
  environment: string[];
  pid: number;
}

/** The stand-in for helm in a folder of its own. */
function helm(behaviour = '') {
  const folder = mkdtempSync(join(tmpdir(), 'helm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'helm.mjs');
  copyFileSync(new URL('../../support/helm/helm.mjs', import.meta.url), program);
  // It is started without a PATH to find Node on.
  const source = readFileSync(program, 'utf8').replace('#!/usr/bin/env node', `#!${process.execPath}`);
  writeFileSync(program, source);
  chmodSync(program, 0o755);
  const behave = (next: string) => writeFileSync(join(folder, 'behaviour'), next);
  behave(behaviour);
  const calls = () => {
    try {
      const log = readFileSync(join(folder, 'log'), 'utf8');
      return log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Call);
    } catch {
      return [];
    }
  };
  return { program, behave, calls };
}

async function lab(program = '') {
  const { cluster, signal } = await startLab();
  const connector = createKubernetesConnector(new AddressPolicy([]), { pace: HASTY, helm: program });
  const client = await connector.open(cluster.kubeconfig());
  onTestFinished(() => client.close());
  const apply = (objects = [CHART], dryRun = false, within = signal) =>
    client.apply(OWNER, objects, { dryRun }, within);
  return { cluster, client, signal, apply };
}

/** As Helm stores a release. */
function putRelease(
  cluster: Awaited<ReturnType<typeof lab>>['cluster'],
  labels: Record<string, string>,
): void {
  const name = `sh.helm.release.v1.web.v${labels['version']}`;
  const all = { owner: 'helm', name: 'web', ...labels };
  cluster.namespaced.put(`${SECRETS}/${name}`, { kind: 'Secret', metadata: { name, labels: all } });
}

test('a chart is left to the Helm controller where there is one', async () => {
  const { program, calls } = helm();
  const { cluster, client, signal, apply } = await lab(program);
  cluster.hasHelmController = true;
  expect(await client.hasHelmController(signal)).toBe(true);
  expect(await apply()).toEqual([{ kind: 'HelmChart', name: 'web', change: 'CREATED', differences: [] }]);
  const object = cluster.namespaced.objects.get(`${CHARTS}/web`);
  expect(object?.spec).toEqual({ chartContent: 'YSBjaGFydA==', targetNamespace: 'ns3' });
  expect(object?.metadata.labels).toMatchObject({ 'isthmus.io/deployment': '7' });
  const [change] = await apply([chartOf(NGINX, PLACE, Buffer.from('another'))], true);
  expect(change).toMatchObject({
    change: 'CHANGED',
    differences: [{ path: 'spec.chartContent', before: '[redacted]', after: '[redacted]' }],
  });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isObserved: false, isReady: false });
  expect(await apply([])).toMatchObject([{ kind: 'HelmChart', change: 'REMOVED' }]);
  expect(cluster.namespaced.objects.has(`${CHARTS}/web`)).toBe(false);
  expect(calls()).toEqual([]);
});

test("the state of a chart is that of its installation's job, and of what that made", async () => {
  const { cluster, client, signal, apply } = await lab();
  cluster.hasHelmController = true;
  await apply();
  const { objects } = cluster.namespaced;
  const path = `${CHARTS}/web`;
  const chart = objects.get(path);
  if (!chart) throw new Error('there is no chart');
  const applied = { manager: 'isthmus', operation: 'Apply', time: '2026-05-05T05:05:05Z' };
  const jobs = '/apis/batch/v1/namespaces/ns3/jobs/helm-install-web';
  const putJob = (creationTimestamp: string, status: object) =>
    cluster.namespaced.put(jobs, {
      kind: 'Job',
      metadata: { name: 'helm-install-web', creationTimestamp },
      status,
    });
  cluster.namespaced.put(path, {
    ...chart,
    metadata: { ...chart.metadata, managedFields: [applied] },
    status: { jobName: 'helm-install-web' },
  });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isObserved: false });
  putJob('2026-04-04T04:04:04Z', { succeeded: 1 });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isObserved: false, isReady: false });
  putJob('2026-05-05T05:05:06Z', { failed: 2 });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({
    isObserved: true,
    isReady: false,
    problems: ['the installation of the chart failed 2 times'],
  });
  putJob('2026-05-05T05:05:06Z', { succeeded: 1 });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isReady: true, total: 0 });
  const workload = (name: string, release: string, available: number) =>
    cluster.namespaced.put(`/apis/apps/v1/namespaces/ns3/statefulsets/${name}`, {
      kind: 'StatefulSet',
      metadata: {
        name,
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': release },
      },
      spec: { replicas: 2, selector: { matchLabels: { app: name } } },
      status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available },
    });
  workload('other', 'other', 0);
  workload('db', 'web', 1);
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isReady: false, running: 1, total: 2 });
  workload('db', 'web', 2);
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isReady: true, running: 2, total: 2 });
});

test('a chart that nothing can install is refused with the reason', async () => {
  const { cluster, apply } = await lab();
  for (const dryRun of [true, false]) {
    await expect(apply([CHART], dryRun)).rejects.toMatchObject({
      code: 'NOT_CONFIGURED',
      message: expect.stringMatching(/no Helm controller .* HELM_BIN/) as string,
    });
  }
  expect(cluster.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('the helm program installs what has no controller, and gets nothing besides', async () => {
  const { program, calls } = helm();
  const { cluster, apply } = await lab(program);
  expect(await apply([CHART], true)).toMatchObject([{ kind: 'HelmChart', change: 'CREATED' }]);
  expect(await apply()).toMatchObject([{ kind: 'HelmChart', change: 'CREATED' }]);
  const [dry, real] = calls();
  expect(dry?.values).toMatchObject({ 'dry-run': 'server' });
  expect(real).toMatchObject({
    command: 'upgrade',
    release: 'web',
    chart: 'a chart',
    mode: '600',
    values: { install: true, namespace: 'ns3', 'history-max': '3' },
  });
  expect(JSON.parse(real?.kubeconfig ?? '')).toMatchObject({
    clusters: [{ cluster: { server: cluster.url } }],
    users: [{ user: { token: cluster.token } }],
  });
  expect(real?.values).not.toHaveProperty('dry-run');
  expect(real?.values['labels']).toMatch(/^isthmus\.io\/deployment=7,isthmus\.io\/chart=[0-9a-f]{63}$/);
  expect(real?.environment.filter((name) => !['HOME', 'TMPDIR'].includes(name))).toEqual([]);
  expect(() => readFileSync(String(real?.values['kubeconfig']))).toThrow('ENOENT');
});

test('a release is known by its labels: left alone, renewed, taken over from a killed process, uninstalled', async () => {
  const { program, calls } = helm();
  const { cluster, client, signal, apply } = await lab(program);
  await apply();
  const labels = String(calls()[0]?.values['labels'])
    .split(',')
    .map((label) => label.split('='));
  const ours = Object.fromEntries(labels) as Record<string, string>;
  putRelease(cluster, { ...ours, version: '1', status: 'superseded' });
  putRelease(cluster, { ...ours, version: '2', status: 'deployed' });
  expect(await apply()).toMatchObject([{ change: 'UNCHANGED' }]);
  expect(calls()).toHaveLength(1);
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isReady: true });
  expect(await apply([chartOf(NGINX, PLACE, Buffer.from('another'))])).toMatchObject([{ change: 'CHANGED' }]);
  expect(calls()).toHaveLength(2);
  putRelease(cluster, { ...ours, version: '3', status: 'pending-upgrade' });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isObserved: false, isReady: false });
  await apply();
  expect([...cluster.namespaced.objects.keys()]).not.toContain(`${SECRETS}/sh.helm.release.v1.web.v3`);
  putRelease(cluster, { ...ours, version: '4', status: 'failed' });
  expect(await client.stateOf(OWNER, signal)).toMatchObject({ isStuck: true, isReady: false });
  expect(await apply([])).toMatchObject([{ kind: 'HelmChart', name: 'web', change: 'REMOVED' }]);
  expect(calls().at(-1)).toMatchObject({ command: 'uninstall', release: 'web' });
});

test.each([
  [{}, 'is not ours'],
  [{ 'isthmus.io/deployment': '8' }, 'of another deployment (8)'],
])('a release of others is left alone: %o', async (labels, message) => {
  const { program, calls } = helm();
  const { cluster, apply } = await lab(program);
  putRelease(cluster, { version: '1', status: 'deployed', ...labels });
  await expect(apply()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(message) as string,
  });
  expect(calls()).toEqual([]);
});

test('what helm complains of is told, shortened and without credentials', async () => {
  const { program, behave } = helm();
  const { cluster, apply } = await lab(program);
  behave(`fail chart needs ${cluster.token}`);
  await expect(apply()).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    message: expect.stringMatching(
      /^helm failed at the cluster .*: Error: chart needs \[redacted\]$/,
    ) as string,
  });
  behave('flood');
  await expect(apply()).rejects.toMatchObject({
    message: expect.stringMatching(/^.{1,700}the last words$/s) as string,
  });
});

test('a program that is none is named as the setting', async () => {
  const { apply } = await lab('/nonexistent/helm');
  await expect(apply()).rejects.toMatchObject({
    code: 'NOT_CONFIGURED',
    message: expect.stringContaining('HELM_BIN') as string,
  });
});

test('helm ends when its caller gives up', async () => {
  const { program, calls } = helm('hang');
  const { apply } = await lab(program);
  const stop = new AbortController();
  const given = apply([CHART], false, stop.signal);
  await expect.poll(() => calls().length).toBe(1);
  stop.abort();
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  const pid = calls()[0]?.pid ?? 0;
  await expect
    .poll(() => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    })
    .toBe(false);
});
