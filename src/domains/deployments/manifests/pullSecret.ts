import type { KubernetesObject } from '../../edge/index.js';
import type { Placement } from './placement.js';

/** Under which kubelets look for Docker Hub's account; and the names by which people know it. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = new Set(['docker.io', 'hub.docker.com', 'index.docker.io', 'registry-1.docker.io']);

export const pullSecretNameOf = ({ deployName }: Placement): string => `${deployName}-pull`;

/** A registry's address as kubelets compare it with an image's: without a scheme. */
function registryOf(address: string): string {
  const place = address.trim().replace(/^https?:\/\//i, '');
  const [host = ''] = place.split('/', 1);
  if (DOCKER_HUB_HOSTS.has(host.toLowerCase())) return DOCKER_HUB;
  return place.endsWith('/') ? place.slice(0, -1) : place;
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets */
export function pullSecretOf(
  place: Placement,
  { address, user, password }: NonNullable<Placement['pullAccount']>,
  labels: Record<string, string>,
): KubernetesObject {
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  const config = { auths: { [registryOf(address)]: { username: user, password, auth } } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: pullSecretNameOf(place), labels },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') },
  };
}
