import { statusOf } from '../failures.js';
import { PODS, pathOf } from './kinds.js';
import type { PodObject } from './objects.js';
import { podsOf } from './pods.js';
import type { Scope } from './scope.js';

export interface Container {
  pod: string;
  container: string;
  /** Another one for each pod of the name. */
  key: string;
  /** Whether it has ended, as one that initialises does. */
  isOver: boolean;
}

function containersOf({ metadata, spec, status }: PodObject): Container[] {
  const { name: pod, uid } = metadata;
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const isOver = (container: string) =>
    states.some(({ name, state }) => name === container && state?.terminated != null);
  return [...spec.initContainers, ...spec.containers].map(({ name: container }) => ({
    pod,
    container,
    key: `${uid}/${container}`,
    isOver: isOver(container),
  }));
}

/** The containers of the owner's pods, in the order of the pods' names. */
export async function listContainers(scope: Scope, most: number): Promise<Container[]> {
  const pods = await podsOf(scope);
  const inOrder = pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return inOrder.flatMap(containersOf).slice(0, most);
}

export const logPathOf = ({ owner }: Scope, { pod }: Container): string =>
  `${pathOf(PODS, owner.namespace, pod)}/log`;

const BAD_REQUEST = 400;
const NOT_FOUND = 404;

/** Whether a container has no log: it has not begun yet, or is gone. */
export function hasNoLog(error: unknown): boolean {
  const status = statusOf(error);
  return status === BAD_REQUEST || status === NOT_FOUND;
}
