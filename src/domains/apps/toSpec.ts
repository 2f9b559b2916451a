import { type App, DeployType } from './app.entity.js';
import type { AppSpec } from './appSpec.js';

/** What runs when the application is deployed. */
export function toSpec(app: Omit<App, 'hasChart'>): AppSpec {
  const { version, deployType, image, repositoryId, command, ports, volumes, env } = app;
  const { replicas, minReplicas, maxReplicas, minCPU, maxCPU, minMemory, maxMemory, gpu } = app;
  const { isHPA, targetCPUUtilization, targetMemUtilization } = app;
  const { maxUnavailable, maxSurge, minReadySeconds } = app;
  return {
    appName: app.name,
    version,
    deployType: deployType === DeployType.DAEMONSET ? 'daemonset' : 'deployment',
    image,
    repositoryId,
    command,
    ports,
    volumes,
    env,
    replicas,
    minReplicas,
    maxReplicas,
    minCPU,
    maxCPU,
    minMemory,
    maxMemory,
    gpu,
    isHPA,
    targetCPUUtilization,
    targetMemUtilization,
    maxUnavailable,
    maxSurge,
    minReadySeconds,
    hasChart: app.chart !== null,
  };
}
