import { createHash } from 'node:crypto';
import type { AppSpec } from '../../apps/index.js';
import type { KubernetesObject } from '../../edge/index.js';
import { labelsOf } from './labels.js';
import type { Placement } from './placement.js';

/** Helm takes releases of 53 characters, and its controller makes jobs of their names with 13 more, which may have 63. */
const MOST_RELEASE_NAME = 50;
const DIGEST_LENGTH = 8;

/** Another one for each deployment. */
function releaseNameOf(deployName: string): string {
  if (deployName.length <= MOST_RELEASE_NAME) return deployName;
  const digest = createHash('sha256').update(deployName).digest('hex').slice(0, DIGEST_LENGTH);
  return `${deployName.slice(0, MOST_RELEASE_NAME - DIGEST_LENGTH - 1)}-${digest}`;
}

/** A chart as the Helm controller of k3s and RKE2 installs it: https://docs.k3s.io/add-ons/helm#using-the-helm-controller */
export function chartOf(spec: AppSpec, place: Placement, content: Buffer): KubernetesObject {
  return {
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: releaseNameOf(place.deployName), labels: labelsOf(spec, place) },
    spec: { chartContent: content.toString('base64'), targetNamespace: place.namespace },
  };
}
