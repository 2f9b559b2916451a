import { createAt, deleteAt, mergeAt } from '../../support/kubernetes/administration.js';

const LABELS = { app: 'theirs' };

/** What somebody does to a cluster besides us. */
export function byHand(kubeconfig: string, namespace: string) {
  const path = `apis/apps/v1/namespaces/${namespace}/deployments`;
  return {
    createDeployment: (name: string) =>
      createAt(kubeconfig, path, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace },
        spec: {
          replicas: 0,
          selector: { matchLabels: LABELS },
          template: {
            metadata: { labels: LABELS },
            spec: { containers: [{ name: 'theirs', image: 'registry.k8s.io/pause:3.10' }] },
          },
        },
      }),
    scale: (name: string, replicas: number) => mergeAt(kubeconfig, `${path}/${name}`, { spec: { replicas } }),
    deleteDeployment: (name: string) => deleteAt(kubeconfig, `${path}/${name}`),
  };
}
