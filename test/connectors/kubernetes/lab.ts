import { onTestFinished } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import type { Pace } from '../../../src/connectors/kubernetes/pace.js';
import type { ClusterClient } from '../../../src/domains/edge/clusters/cluster.port.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { FakeApiServer, type FakeOptions, type Fault } from '../../support/kubernetes/server.js';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { Recorder } from './recorder.js';

/** Waits that a test can afford; limits that a busy machine does not reach. */
export const HASTY: Pace = {
  patience: 10_000,
  call: 30_000,
  list: 30_000,
  answer: 30_000,
  idle: 30_000,
  silence: 100,
  probe: 10_000,
  stale: 60_000,
  watchLength: 300_000,
  steady: 0,
  backoffBase: 5,
  backoffCap: 40,
};

/** Whoever does not answer at all is not waited for. */
export const paceOf = (fault: Fault): Partial<Pace> =>
  fault === 'hang' || fault === 'stall' ? { patience: 400 } : {};

export async function open(
  kubeconfig: string,
  pace: Partial<Pace> = {},
  uid?: string,
): Promise<ClusterClient> {
  const connector = createKubernetesConnector(new AddressPolicy([]), { pace: { ...HASTY, ...pace } });
  const client = await connector.open(kubeconfig, uid);
  onTestFinished(() => client.close());
  return client;
}

/** A fake with one node, and a client of it; both end with the test. */
export async function startLab(options: FakeOptions = {}, pace: Partial<Pace> = {}) {
  const cluster = await FakeApiServer.start(options);
  onTestFinished(() => cluster.close());
  cluster.store.put('nodes', nodeOf('worker-1'));
  return { cluster, client: await open(cluster.kubeconfig(), pace), signal: new AbortController().signal };
}

/** Watches until the test ends. */
export function watch(client: ClusterClient): Recorder {
  const recorder = new Recorder();
  const stop = new AbortController();
  const ended = client.watchNodes(recorder, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return recorder;
}
