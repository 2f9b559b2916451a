import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import type { ClusterClient, VisibleNamespaces } from '../../../src/domains/edge/clusters/cluster.port.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { deleteNamespace } from '../../support/kubernetes/administration.js';
import type { Furniture } from './furniture.js';
import { Recorder } from './recorder.js';

const OURS = 'label.isthmus.io/';
const WAIT = { timeout: 15_000, interval: 20 };

export interface Lab {
  kubeconfig: string;
  /** What it has, among other things. */
  has: Furniture;
}

/** What holds for every cluster that has a node. It leaves the cluster as it was. */
export function describeCluster(name: string, labOf: () => Promise<Lab>): void {
  describe(`the port of clusters on ${name}`, () => {
    let client: ClusterClient;
    let kubeconfig: string;
    let has: Furniture;
    let stop: AbortController;
    const signal = () => stop.signal;

    beforeEach(async () => {
      ({ kubeconfig, has } = await labOf());
      client = await createKubernetesConnector(new AddressPolicy([])).open(kubeconfig);
      stop = new AbortController();
    });

    afterEach(() => {
      stop.abort();
      client.close();
    });

    /** Watches until the test ends, from when the list is there. */
    async function watch() {
      const recorder = new Recorder();
      const ended = client.watchNodes(recorder, signal());
      await vi.waitFor(() => expect(recorder.lists).toBe(1), WAIT);
      const [first] = recorder.nodes.values();
      if (!first) throw new Error('the cluster has no node');
      return { recorder, ended, first };
    }

    test('the preflight tells what cluster it is, each time the same', async () => {
      const found = await client.preflight(signal());
      expect(found.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(found.version).toMatch(/^v1\.\d+/);
      expect(await client.preflight(signal())).toEqual(found);
    });

    test('the first change has all nodes, each whole', async () => {
      const { recorder } = await watch();
      expect(recorder.changes[0]?.kind).toBe('all');
      expect(recorder.timesAlive).toBeGreaterThan(0);
      for (const node of recorder.nodes.values()) {
        expect(node.uid).not.toBe('');
        expect(node.cpu).toBeGreaterThan(0);
        expect(node.memory).toBeGreaterThan(node.cpu);
        expect(node.allocatable.cpu).toBeGreaterThan(0);
        expect(node.allocatable.cpu).toBeLessThanOrEqual(node.cpu);
        expect(node.kubeletVersion).toMatch(/^v/);
        expect(node.createdAt.getTime()).toBeLessThan(Date.now());
        expect(node.labels).toHaveProperty(['kubernetes.io/hostname']);
      }
    });

    test('our labels come and go, are seen, and leave the others alone', async () => {
      const { recorder, first } = await watch();
      const labels = () => recorder.nodes.get(first.name)?.labels ?? {};
      const ours = () =>
        Object.keys(labels())
          .filter((key) => key.startsWith(OURS))
          .toSorted();
      const before = ours().map((key) => key.slice(OURS.length));
      const others = Object.entries(first.labels).filter(([key]) => !key.startsWith(OURS));

      try {
        await client.setNodeLabels(first.name, ['conformance-a', 'conformance-b'], signal());
        await vi.waitFor(
          () => expect(ours()).toEqual([`${OURS}conformance-a`, `${OURS}conformance-b`]),
          WAIT,
        );
        expect(labels()[`${OURS}conformance-a`]).toBe('true');

        await client.setNodeLabels(first.name, ['conformance-b'], signal());
        await client.setNodeLabels(first.name, ['conformance-b'], signal());
        await vi.waitFor(() => expect(ours()).toEqual([`${OURS}conformance-b`]), WAIT);
      } finally {
        await client.setNodeLabels(first.name, before, signal());
      }
      await vi.waitFor(() => expect(ours()).toEqual(before.map((name) => OURS + name)), WAIT);
      expect(Object.entries(labels())).toEqual(expect.arrayContaining(others));
      expect(recorder.failures).toEqual([]);
    });

    test('a node that is not there is not found, and not made', async () => {
      const { recorder } = await watch();
      const missing = `missing-${randomUUID()}`;
      await expect(client.setNodeLabels(missing, ['a'], signal())).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await expect(client.setNodeLabels(missing, ['a'], signal())).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      expect([...recorder.nodes.keys()]).not.toContain(missing);
    });

    test('a namespace is made once', async () => {
      const name = `isthmus-conformance-${randomUUID().slice(0, 8)}`;
      await client.ensureNamespace(name, signal());
      try {
        await expect(client.ensureNamespace(name, signal())).resolves.toBeUndefined();
      } finally {
        await deleteNamespace(kubeconfig, name);
      }
    });

    test('events that are visible are listed, the latest first', async () => {
      const ofLab = async (visible: VisibleNamespaces) =>
        (await client.listEvents(visible, 10_000, signal())).filter(({ reason }) => reason === has.reason);
      const expected = has.events.map(({ message, count, lastTimestamp }) => ({
        type: 'Normal',
        reason: has.reason,
        message,
        subject: 'Pod/conformance',
        namespace: has.namespace,
        count,
        lastSeenAt: new Date(String(lastTimestamp)),
      }));
      expect(expected.length).toBeGreaterThan(1);
      expect(await ofLab('all')).toEqual(expected);
      expect(await ofLab([has.namespace])).toEqual(expected);
      expect(await ofLab([])).toEqual([]);
      expect(await client.listEvents('all', 2, signal())).toHaveLength(2);
    });

    test('requests are numbers of cores and bytes, of all pods', async () => {
      const { cpu, memory } = await client.requested(signal());
      expect(cpu).toBeGreaterThanOrEqual(has.requested.cpu);
      expect(memory).toBeGreaterThanOrEqual(has.requested.memory);
      expect(Number.isInteger(memory)).toBe(true);
    });

    test('a watch ends when it is told to, and when the client is closed', async () => {
      const { ended } = await watch();
      client.close();
      await expect(ended).resolves.toBeUndefined();
      const stopped = new AbortController();
      stopped.abort();
      await expect(client.watchNodes(new Recorder(), stopped.signal)).resolves.toBeUndefined();
    });
  });
}
