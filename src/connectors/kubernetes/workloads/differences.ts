import { isRecord } from '../../../kernel/isRecord.js';
import type { ObjectChange } from '../../../domains/edge/clusters/workload.port.js';
import { tidy } from '../../../net/text.js';

type Difference = ObjectChange['differences'][number];

/** Of one object; whoever reads more has read enough. */
const MOST_DIFFERENCES = 100;
const MOST_TEXT = 200;
/** Of what is in one another; no object of ours is nearly as deep. */
const MOST_DEPTH = 20;

const HIDDEN = '[redacted]';
/** Of these kinds no values are told: passwords, and what is too large to read. */
const SILENT_KINDS = new Set(['Secret', 'HelmChart']);

/** What the API server and the controllers write of an object. */
const METADATA_OF_OTHERS = new Set([
  'annotations',
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** By which the API tells the items of a list apart: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy */
const KEYS = ['name', 'mountPath', 'containerPort', 'ip', 'type'];

function keyOf(item: unknown, index: number): string {
  if (!isRecord(item)) return String(index);
  const key = KEYS.map((name) => item[name]).find((value) => value !== undefined);
  return typeof key === 'string' || typeof key === 'number' ? String(key) : String(index);
}

function entriesOf(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return new Map(value.map((item, index) => [keyOf(item, index), item]));
  return isRecord(value) ? new Map(Object.entries(value)) : undefined;
}

const shown = (value: unknown) => (typeof value === 'string' ? tidy(value, MOST_TEXT) : (value ?? null));

/** Lists and objects are told by what is in them. */
function compare(before: unknown, after: unknown, path: readonly string[], found: Difference[]): void {
  if (before === after || path.length > MOST_DEPTH || found.length === MOST_DIFFERENCES) return;
  const [earlier, later] = [entriesOf(before), entriesOf(after)];
  if (!earlier && !later) {
    found.push({ path: tidy(path.join('.')), before: shown(before), after: shown(after) });
    return;
  }
  for (const key of new Set([...(earlier?.keys() ?? []), ...(later?.keys() ?? [])])) {
    compare(earlier?.get(key), later?.get(key), [...path, key], found);
  }
}

/** What of an object is somebody's wish, as against what the cluster says of it. */
function wishOf(object: object): object {
  const { status: _status, metadata, ...rest } = object as { status?: unknown; metadata?: object };
  const entries = Object.entries(metadata ?? {}).filter(([key]) => !METADATA_OF_OTHERS.has(key));
  return { ...rest, metadata: Object.fromEntries(entries) };
}

/** How an object differs from what it was. */
export function differencesOf(kind: string, before: object, after: object): Difference[] {
  const found: Difference[] = [];
  compare(wishOf(before), wishOf(after), [], found);
  if (!SILENT_KINDS.has(kind)) return found;
  return found.map(({ path }) => ({ path, before: HIDDEN, after: HIDDEN }));
}
