import { inject } from 'vitest';
import { describeCluster } from '../connectors/kubernetes/conformance.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The text of the kubeconfig that the suite was started with. */
    kubeconfig: string;
  }
}

describeCluster("the kubeconfig's cluster", () => Promise.resolve(inject('kubeconfig')));
