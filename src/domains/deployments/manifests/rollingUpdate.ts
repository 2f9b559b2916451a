import type { AppSpec } from '../../apps/index.js';

interface RollingUpdate {
  maxUnavailable: number;
  maxSurge: number;
}

/** Two pods cannot hold one port of a node. */
const holdsHostPort = ({ ports }: AppSpec) => ports.some(({ hostPort }) => hostPort !== null);

/** Of a Deployment, which refuses that both are 0; without it an update could wait for a host port for ever. */
export function deploymentUpdateOf(spec: AppSpec): RollingUpdate {
  const { maxUnavailable, maxSurge } = spec;
  const mustGiveWay = maxSurge === 0 || holdsHostPort(spec);
  return { maxUnavailable: mustGiveWay ? Math.max(1, maxUnavailable) : maxUnavailable, maxSurge };
}

/** Of a DaemonSet, which takes exactly one of the two. */
export function daemonSetUpdateOf(spec: AppSpec): RollingUpdate {
  const { maxUnavailable, maxSurge } = spec;
  if (maxUnavailable === 0 && maxSurge > 0 && !holdsHostPort(spec)) return { maxUnavailable: 0, maxSurge };
  return { maxUnavailable: Math.max(1, maxUnavailable), maxSurge: 0 };
}
