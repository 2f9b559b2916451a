import { z } from 'zod';
import { DeployType } from './app.entity.js';
import { APP_FIELDS, MAX_ENVIRONMENT } from './app.fields.js';
import { normalPath } from './hostPaths.js';

type Draft = z.output<z.ZodObject<typeof APP_FIELDS>>;

/** A fault and where it is. */
type Fault = readonly [path: readonly (string | number)[], message: string];

/** Where a value stands that an earlier one equals; null values equal none. */
function* repetitions<T>(items: readonly T[], keyOf: (item: T) => unknown): Generator<number> {
  const known = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (key == null) continue;
    if (known.has(key)) yield index;
    known.add(key);
  }
}

function* listFaults({ port, volume, env }: Draft): Generator<Fault> {
  const again = 'must not be there twice';
  for (const index of repetitions(port, (each) => each.port)) yield [['port', index, 'port'], again];
  for (const index of repetitions(port, (each) => each.hostPort)) yield [['port', index, 'hostPort'], again];
  for (const index of repetitions(volume ?? [], ({ path }) => normalPath(path)))
    yield [['volume', index, 'path'], again];
  for (const index of repetitions(env ?? [], ({ name }) => name)) yield [['env', index, 'name'], again];
  const length = (env ?? []).reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (length > MAX_ENVIRONMENT) yield [['env'], `must not exceed ${MAX_ENVIRONMENT} characters in all`];
}

/** The numbers of pods, of which those that are left out follow from the others. */
export function podsOf({ replicas, minReplicas, maxReplicas }: Partial<Draft>) {
  const wanted = replicas ?? minReplicas ?? Math.min(1, maxReplicas ?? 1);
  return { replicas: wanted, minReplicas: minReplicas ?? wanted, maxReplicas: maxReplicas ?? wanted };
}

function* numberFaults(draft: Draft): Generator<Fault> {
  const { minCPU, maxCPU, minMemory, maxMemory, maxUnavailable, maxSurge } = draft;
  const { replicas, minReplicas, maxReplicas } = podsOf(draft);
  if (minReplicas > replicas) yield [['minReplicas'], 'must not exceed replicas'];
  if (replicas > maxReplicas) yield [['maxReplicas'], 'must not be below replicas'];
  if (minCPU > maxCPU) yield [['minCPU'], 'must not exceed maxCPU'];
  if (minMemory > maxMemory) yield [['minMemory'], 'must not exceed maxMemory'];
  if (maxUnavailable === 0 && maxSurge === 0)
    yield [['maxSurge'], 'must not be 0 when maxUnavailable is: no pod could be replaced'];
}

/** What the autoscaler of Kubernetes needs. */
const SCALED = ['minCPU', 'minMemory', 'targetCPUUtilization', 'targetMemUtilization'] as const;

function* scalingFaults(draft: Draft): Generator<Fault> {
  if (!draft.isHPA || draft.deployType === DeployType.DAEMONSET) return;
  for (const field of SCALED)
    if (draft[field] === 0) yield [[field], 'must be 1 or more with isHPA, which measures by it'];
  if (podsOf(draft).minReplicas === 0) yield [['minReplicas'], 'must be 1 or more with isHPA'];
}

/** A new application, its fields also checked against each other. */
export const NewApp = z.object(APP_FIELDS).check(({ value, issues }) => {
  for (const [path, message] of [...listFaults(value), ...numberFaults(value), ...scalingFaults(value)])
    issues.push({ code: 'custom', input: value, path: [...path], message });
});
export type NewApp = z.input<typeof NewApp>;
