import { afterAll } from 'vitest';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { FakeApiServer } from '../../support/kubernetes/server.js';
import { type Lab, describeCluster } from './conformance.js';
import { furniture } from './furniture.js';

const started: FakeApiServer[] = [];
afterAll(() => Promise.all(started.map((cluster) => cluster.close())));

async function lab(): Promise<Lab> {
  const cluster = await FakeApiServer.start({ tls: true });
  started.push(cluster);
  for (const name of ['worker-1', 'worker-2']) cluster.store.put('nodes', nodeOf(name));
  const has = furniture();
  // As the API has them: by name.
  for (const event of has.events.toReversed()) cluster.store.put('events', event);
  for (const pod of has.pods) cluster.store.put('pods', pod);
  return { kubeconfig: cluster.kubeconfig(), has };
}

describeCluster('the fake', lab);
