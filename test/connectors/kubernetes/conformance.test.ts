import { afterAll } from 'vitest';
import { eventOf, nodeOf, podOf } from '../../support/kubernetes/objects.js';
import { FakeCluster } from '../../support/kubernetes/server.js';
import { describeCluster } from './conformance.js';

const started: FakeCluster[] = [];
afterAll(() => Promise.all(started.map((cluster) => cluster.close())));

async function lab(): Promise<string> {
  const cluster = await FakeCluster.start({ tls: true });
  started.push(cluster);
  for (const name of ['worker-1', 'worker-2']) cluster.store.put('nodes', nodeOf(name));
  for (let index = 0; index < 8; index += 1) {
    cluster.store.put(
      'events',
      eventOf(`event-${index}`, { lastTimestamp: `2026-01-0${(index % 7) + 1}T00:00:00Z` }),
    );
  }
  const resources = { requests: { cpu: '250m', memory: '64Mi' } };
  cluster.store.put('pods', podOf('pod-1', 'Running', { containers: [{ resources }] }));
  return cluster.kubeconfig();
}

describeCluster('the fake', lab);
