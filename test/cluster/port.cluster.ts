import { afterAll, beforeAll, inject, vi } from 'vitest';
import { describeCluster } from '../connectors/kubernetes/conformance.js';
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
