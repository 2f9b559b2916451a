import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** A kubelet reports as many (nodeStatusMaxImages). */
const IMAGES = 50;

interface KubernetesObject {
  status: Record<string, unknown>;
}

/** As in test/support/kubernetes, whose files only Vite reads. */
export interface Cluster {
  watches: { size: number };
  onRequest: ((request: string) => void) | undefined;
  kubeconfig: () => string;
  silenceWatches: () => void;
  writeToWatches: (bytes: string) => void;
  close: () => Promise<void>;
  store: { put: (resource: 'nodes', object: KubernetesObject) => unknown };
}

interface Support {
  FakeApiServer: { start: (options: { tls: boolean }) => Promise<Cluster> };
  line: (type: string, object: unknown) => string;
}

interface Objects {
  nodeOf: (name: string, traits?: { ready: 'True' | 'False' }) => KubernetesObject;
}

async function load<T>(name: string): Promise<T> {
  const file = fileURLToPath(new URL(`../support/kubernetes/${name}`, import.meta.url));
  return (await runnerImport<T>(file, { configFile: false, logLevel: 'error' })).module;
}

const { FakeApiServer, line } = await load<Support>('server.ts');
const { nodeOf } = await load<Objects>('objects.ts');

const images = Array.from({ length: IMAGES }, (_, index) => {
  const name = `registry.example.com/team-${index}/service-${index}`;
  const digest = randomBytes(32).toString('hex');
  return { names: [`${name}@sha256:${digest}`, `${name}:1.${index}.0`], sizeBytes: 123_456_789 };
});

/** Puts nodes of this readiness, as large as a kubelet makes them. */
export function putNodes({ store }: Cluster, count: number, ready: 'True' | 'False' = 'True'): void {
  for (let index = 0; index < count; index += 1) {
    const node = nodeOf(`worker-${index}`, { ready });
    store.put('nodes', { ...node, status: { ...node.status, images } });
  }
}

/** On loopback, with TLS as clusters have it. */
export async function startCluster(nodes: number): Promise<Cluster> {
  const cluster = await FakeApiServer.start({ tls: true });
  putNodes(cluster, nodes);
  return cluster;
}

/** Tells the watches that only a whole list is sure. */
export function expireWatches(cluster: Cluster): void {
  const status = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };
  cluster.writeToWatches(line('ERROR', status));
}
