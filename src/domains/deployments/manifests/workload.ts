import type { AppSpec } from '../../apps/index.js';
import type { KubernetesObject } from '../../edge/index.js';
import { autoscalerOf } from './autoscaler.js';
import { labelsOf, selectorOf } from './labels.js';
import type { Placement } from './placement.js';
import { podTemplateOf } from './podTemplate.js';
import { pullSecretOf } from './pullSecret.js';
import { daemonSetUpdateOf, deploymentUpdateOf } from './rollingUpdate.js';

/** Seconds in which an update must get on, besides those that a pod must be ready; Kubernetes' own default. */
const PROGRESS_DEADLINE = 600;

type Labels = Record<string, string>;

function deploymentOf(spec: AppSpec, place: Placement, labels: Labels): KubernetesObject {
  const { minReadySeconds, isHPA, replicas } = spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: place.deployName, labels },
    spec: {
      // Whoever applies it owns it: an autoscaler's decision would be undone each time.
      ...(!isHPA && { replicas }),
      selector: { matchLabels: selectorOf(place) },
      strategy: { type: 'RollingUpdate', rollingUpdate: deploymentUpdateOf(spec) },
      minReadySeconds,
      progressDeadlineSeconds: PROGRESS_DEADLINE + minReadySeconds,
      template: podTemplateOf(spec, place, labels),
    },
  };
}

function daemonSetOf(spec: AppSpec, place: Placement, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: place.deployName, labels },
    spec: {
      selector: { matchLabels: selectorOf(place) },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: daemonSetUpdateOf(spec) },
      minReadySeconds: spec.minReadySeconds,
      template: podTemplateOf(spec, place, labels),
    },
  };
}

/** The objects of an application that an image says, in the order in which they are needed. */
export function workloadOf(spec: AppSpec, place: Placement): KubernetesObject[] {
  const labels = labelsOf(spec, place);
  const { pullAccount } = place;
  const secrets = pullAccount ? [pullSecretOf(place, pullAccount, labels)] : [];
  if (spec.deployType === 'daemonset') return [...secrets, daemonSetOf(spec, place, labels)];
  const autoscalers = spec.isHPA ? [autoscalerOf(spec, place, labels)] : [];
  return [...secrets, deploymentOf(spec, place, labels), ...autoscalers];
}
