import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject, onTestFinished, vi } from 'vitest';
import { createKubernetesConnector } from '../../src/connectors/kubernetes/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { describeCluster } from '../connectors/kubernetes/conformance.js';
import { describeWorkloads } from '../connectors/kubernetes/workloadConformance.js';
import { byHand } from '../connectors/kubernetes/byHand.js';
import { furniture } from '../connectors/kubernetes/furniture.js';
import { create, createNamespace, deleteNamespace } from '../support/kubernetes/administration.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The text of the kubeconfig that the suite was started with. */
    kubeconfig: string;
  }
}

const kubeconfig = inject('kubeconfig');
const has = furniture();

beforeAll(async () => {
  await createNamespace(kubeconfig, has.namespace);
  for (const event of has.events) await create(kubeconfig, 'events', event);
  for (const pod of has.pods) {
    // A namespace takes pods as soon as its service account has been made.
    await vi.waitFor(async () => create(kubeconfig, 'pods', pod), { timeout: 30_000, interval: 200 });
  }
});
afterAll(() => deleteNamespace(kubeconfig, has.namespace));

describeCluster("the kubeconfig's cluster", () => Promise.resolve({ kubeconfig, has }));

const namespace = `isthmus-workloads-${randomUUID().slice(0, 8)}`;
beforeAll(() => createNamespace(kubeconfig, namespace));
afterAll(() => deleteNamespace(kubeconfig, namespace));

describeWorkloads("the kubeconfig's cluster", async () => {
  const client = await createKubernetesConnector(new AddressPolicy([])).open(kubeconfig);
  onTestFinished(() => client.close());
  return { client, namespace, ...byHand(kubeconfig, namespace), hasPods: true };
});
