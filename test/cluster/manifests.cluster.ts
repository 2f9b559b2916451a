import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../src/connectors/kubernetes/index.js';
import { workloadOf } from '../../src/domains/deployments/manifests/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { places, specs } from '../deployments/manifests/specs.js';
import { createNamespace, deleteNamespace } from '../support/kubernetes/administration.js';

const kubeconfig = inject('kubeconfig');
const namespace = `isthmus-manifests-${randomUUID().slice(0, 8)}`;
beforeAll(() => createNamespace(kubeconfig, namespace));
afterAll(() => deleteNamespace(kubeconfig, namespace));

test('a cluster takes the objects of every application that is valid', async () => {
  const client = await createKubernetesConnector(new AddressPolicy([])).open(kubeconfig);
  onTestFinished(() => client.close());
  const { signal } = new AbortController();
  await fc.assert(
    fc.asyncProperty(specs, places, async (spec, place) => {
      const owner = { namespace, deploymentId: place.deploymentId };
      const objects = workloadOf(spec, { ...place, namespace });
      const changes = await client.apply(owner, objects, { dryRun: true }, signal);
      expect(changes.map(({ change }) => change)).toEqual(objects.map(() => 'CREATED'));
    }),
    { numRuns: 100 },
  );
});
