import { randomUUID } from 'node:crypto';
import type { Raw } from './world.js';

interface Options {
  url: string;
  /** Megabytes. */
  mb: number;
  /** The highest microversion. */
  max: string;
}

type Change = (document: Raw, options: Options) => void;

const ENUMERATIONS =
  /^(status|state|vm_state|OS-EXT-STS:vm_state|OS-EXT-STS:power_state|power_state|stack_status|binding:vif_type|volume_type|disk_format|agent_type)$/;
const KEPT = /^(id|uuid|links|rel|href|version)$/;

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

function listIn(document: Raw): { key: string; items: Raw[] } | undefined {
  for (const [key, value] of Object.entries(document))
    if (Array.isArray(value) && !key.endsWith('links') && value.some(isObject))
      return { key, items: value as Raw[] };
  return undefined;
}

function walk(value: unknown, change: (key: string, value: unknown) => unknown): void {
  if (Array.isArray(value)) for (const item of value) walk(item, change);
  else if (isObject(value))
    for (const key of Object.keys(value)) {
      walk(value[key], change);
      value[key] = change(key, value[key]);
    }
}

const copyOf = (item: Raw | undefined): Raw => ({
  ...structuredClone(item),
  ...(item && 'uuid' in item ? { uuid: randomUUID() } : { id: randomUUID() }),
});

const inList =
  (change: (items: Raw[], options: Options, document: Raw, key: string) => void): Change =>
  (document, options) => {
    const list = listIn(document);
    if (list) change(list.items, options, document, list.key);
  };

/** What becomes of what services answer. */
export const CHANGES = {
  /** Every item of a list twice. */
  duplicate: inList((items, _options, document, key) => {
    document[key] = items.flatMap((item) => [item, structuredClone(item)]);
  }),
  /** An item that has no detail. */
  vanish: inList((items) => items.push(copyOf(items.at(-1)))),
  /** The last item is missing. */
  lose: inList((items) => items.pop()),
  /** Values that nobody has heard of. */
  enum: (document: Raw) =>
    walk(document, (key, value) => {
      if (!ENUMERATIONS.test(key)) return value;
      return typeof value === 'number' ? 42 : 'QUANTUM_FLUX';
    }),
  /** Fields that may be null are. */
  nulls: inList((items) => {
    for (const item of items) walk(item, (key, value) => (KEPT.test(key) ? value : null));
  }),
  /** A list of many well-formed items. */
  huge: inList((items, { mb }) => {
    const last = items.at(-1);
    const each = JSON.stringify(last).length + 1;
    for (let count = Math.ceil((mb * 1e6) / each); count > 0; count -= 1) items.push(copyOf(last));
  }),
  /** The next page is the page itself. */
  loop: (document: Raw, { url }: Options) => {
    const list = listIn(document);
    if ('next' in document || 'first' in document) document['next'] = url;
    else if (isObject(document['links']) && !Array.isArray(document['links']))
      document['links']['next'] = url;
    else if (list) document[`${list.key}_links`] = [{ rel: 'next', href: url }];
  },
  /** No version above the highest. */
  microversion: (document: Raw, { max }: Options) => {
    const versions = (document['versions'] ?? [document['version']]) as unknown[];
    for (const version of versions) {
      if (!isObject(version)) continue;
      for (const key of ['version', 'max_version']) if (version[key]) version[key] = max;
    }
  },
} as const satisfies Record<string, Change>;
