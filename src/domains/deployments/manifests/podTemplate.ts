import { NODE_LABEL_PREFIX, NODE_LABEL_VALUE } from '../../../kernel/clusterLabels.js';
import type { AppSpec } from '../../apps/index.js';
import { commandOf, literal } from './commandLine.js';
import type { Placement } from './placement.js';
import { pullSecretNameOf } from './pullSecret.js';

/** A core has 1,000 of what Kubernetes counts in. */
const cores = (percent: number) => `${percent * 10}m`;
const megabytes = (count: number) => `${count}Mi`;
/** A list without items is none: the API does not keep it. */
const some = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);
const volumeName = (index: number) => `volume-${index}`;

function resourcesOf({ minCPU, maxCPU, minMemory, maxMemory, gpu }: AppSpec) {
  // Kubernetes takes as many as the limit says, no more and no less.
  const gpus = gpu > 0 ? { 'nvidia.com/gpu': String(gpu) } : {};
  return {
    requests: { cpu: cores(minCPU), memory: megabytes(minMemory), ...gpus },
    limits: { cpu: cores(maxCPU), memory: megabytes(maxMemory), ...gpus },
  };
}

function containerOf(spec: AppSpec) {
  const { appName, image, command, env, ports, volumes } = spec;
  return {
    name: appName,
    image,
    command: some(commandOf(command).map(literal)),
    env: some(env.map(({ name, value }) => ({ name, value: literal(value) }))),
    ports: some(
      ports.map(({ port, hostPort }) => ({
        containerPort: port,
        protocol: 'TCP',
        ...(hostPort !== null && { hostPort }),
      })),
    ),
    volumeMounts: some(
      volumes.map(({ path, readOnly }, index) => ({ name: volumeName(index), mountPath: path, readOnly })),
    ),
    resources: resourcesOf(spec),
  };
}

/** The pods of an application. */
export function podTemplateOf(spec: AppSpec, place: Placement, labels: Record<string, string>) {
  const { nodeLabel, pullAccount } = place;
  return {
    metadata: { labels },
    spec: {
      containers: [containerOf(spec)],
      volumes: some(
        spec.volumes.map(({ hostPath }, index) => ({
          name: volumeName(index),
          hostPath: { path: hostPath },
        })),
      ),
      ...(nodeLabel !== null && {
        nodeSelector: { [NODE_LABEL_PREFIX + nodeLabel]: NODE_LABEL_VALUE },
      }),
      ...(pullAccount && { imagePullSecrets: [{ name: pullSecretNameOf(place) }] }),
      // Nothing in an application says that it speaks to the cluster.
      automountServiceAccountToken: false,
    },
  };
}
