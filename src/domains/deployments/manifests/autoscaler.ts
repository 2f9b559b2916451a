import type { AppSpec } from '../../apps/index.js';
import type { KubernetesObject } from '../../edge/index.js';
import type { Placement } from './placement.js';

const utilization = (name: string, averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});

/** https://kubernetes.io/docs/reference/kubernetes-api/autoscaling/horizontal-pod-autoscaler-v2/ */
export function autoscalerOf(
  spec: AppSpec,
  { deployName }: Placement,
  labels: Record<string, string>,
): KubernetesObject {
  const { minReplicas, maxReplicas, targetCPUUtilization, targetMemUtilization } = spec;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: deployName, labels },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployName },
      minReplicas,
      maxReplicas,
      metrics: [
        ...(targetCPUUtilization > 0 ? [utilization('cpu', targetCPUUtilization)] : []),
        ...(targetMemUtilization > 0 ? [utilization('memory', targetMemUtilization)] : []),
      ],
    },
  };
}
