import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createAt, createNamespace, deleteNamespace, readAt } from '../support/kubernetes/administration.js';

const FOLDER = join(import.meta.dirname, '../../.deploy/kubernetes');
const PLACES: Readonly<Record<string, string>> = {
  Deployment: 'apis/apps/v1/namespaces/{}/deployments',
  Namespace: 'api/v1/namespaces',
  NetworkPolicy: 'apis/networking.k8s.io/v1/namespaces/{}/networkpolicies',
  PodDisruptionBudget: 'apis/policy/v1/namespaces/{}/poddisruptionbudgets',
  Secret: 'api/v1/namespaces/{}/secrets',
  Service: 'api/v1/namespaces/{}/services',
};
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

const kubeconfig = inject('kubeconfig');
const namespace = `isthmus-manifests-${randomUUID().slice(0, 8)}`;
beforeAll(() => createNamespace(kubeconfig, namespace));
afterAll(() => deleteNamespace(kubeconfig, namespace));

/** Kinds that a stand-in for a cluster may lack. */
const GUARDS = ['NetworkPolicy', 'PodDisruptionBudget'];

/** Whether the cluster has the kinds of the API at all, as every real one does. */
async function isServed(path: string): Promise<boolean> {
  const [api] = path.split('/namespaces', 1);
  const { resources } = await readAt<{ resources: unknown[] }>(kubeconfig, `${api}`).catch(
    (error: unknown) => {
      if (String(error).includes('404')) return { resources: [] };
      throw error;
    },
  );
  return resources.length > 0;
}

test.each(readdirSync(FOLDER))(
  'a cluster takes %s as it is, without a field that it does not know',
  async (file) => {
    const { metadata, ...manifest } = Manifest.parse(parse(readFileSync(join(FOLDER, file), 'utf8')));
    const isNamespaced = manifest.kind !== 'Namespace';
    expect(metadata.namespace).toBe(isNamespaced ? 'isthmus' : undefined);
    const own = isNamespaced ? { namespace } : { name: `${namespace}-other` };
    const path = PLACES[manifest.kind]?.replace('{}', namespace) ?? manifest.kind;
    if (!(await isServed(path))) {
      expect(GUARDS).toContain(manifest.kind);
      return;
    }
    const strictly = `${path}?dryRun=All&fieldValidation=Strict`;
    await createAt(kubeconfig, strictly, { ...manifest, metadata: { ...metadata, ...own } });
    const unknown = { ...manifest, metadata: { ...metadata, ...own }, unknown: true };
    await expect(createAt(kubeconfig, strictly, unknown)).rejects.toThrow('400');
  },
);
