/**
 * What no application sees of a node, nor anything below: the machine's own files and devices, and the folders of the
 * kubelet, of Kubernetes' distributions and of container runtimes, with the credentials, sockets and other pods' files
 * in them.
 */
const FORBIDDEN = [
  '/dev',
  '/etc',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/var/run',
  '/var/lib/kubelet',
  '/var/lib/etcd',
  '/var/lib/k0s',
  '/var/lib/minikube',
  '/var/lib/rancher',
  '/var/snap/k8s',
  '/var/snap/microk8s',
  '/var/lib/cni',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/cri-dockerd',
  '/var/lib/crio',
  '/var/lib/docker',
  '/var/lib/dockershim',
  '/var/lib/lxc',
  '/var/lib/lxd',
  '/var/lib/nerdctl',
  '/var/snap/docker',
  '/var/snap/lxd',
];

const SOCKET = '.sock';

const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.');

/** Whether it leads out of a folder. */
export const climbs = (path: string): boolean => path.split('/').includes('..');

/** As the node reads it: without repeated and final slashes and without `.`. It is absolute and does not climb. */
export const normalPath = (path: string): string => `/${segmentsOf(path).join('/')}`;

/** Whether a normal path is the folder or below it. */
const isWithin = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** Also of what holds it, with which it would be mounted. */
const touches = (path: string, folder: string): boolean => isWithin(path, folder) || isWithin(folder, path);

/** Why an application may not see this path of its node; undefined when it may. */
export function refusalOfHostPath(
  hostPath: string,
  readOnly: boolean,
  writable: readonly string[],
): string | undefined {
  const path = normalPath(hostPath);
  const forbidden = FORBIDDEN.find((folder) => touches(path, folder));
  if (path === '/') return 'must not be the whole file system of the node';
  if (forbidden !== undefined) return `must not be, hold or be within ${forbidden}`;
  if (path.endsWith(SOCKET)) return 'must not be a socket';
  if (readOnly || writable.some((folder) => isWithin(path, normalPath(folder)))) return undefined;
  return writable.length === 0
    ? 'must be read-only, since WRITABLE_HOST_PATHS allows no path to be written to'
    : `must be read-only, or one of ${writable.join(', ')} or below (WRITABLE_HOST_PATHS)`;
}
