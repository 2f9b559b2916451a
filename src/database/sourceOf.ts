import type { EntityMetadata } from '@mikro-orm/core';
import type { Reader } from '../kernel/context.js';
import { Source } from './source.js';

export type EntityClass<T> = abstract new (...args: never[]) => T;

const sources = new WeakMap<object, Map<string, unknown>>();

export const metadataOf = <T extends object>(reader: Reader, entity: EntityClass<T>): EntityMetadata<T> =>
  reader.getMetadata(entity as new () => T) as EntityMetadata<T>;

/** Where rows of the entity come from, under a name; worked out once. */
export function sourceOf<T extends object>(reader: Reader, entity: EntityClass<T>, name = 'e'): Source<T> {
  const meta = metadataOf(reader, entity);
  const named = sources.get(meta) ?? new Map<string, unknown>();
  const source = (named.get(name) as Source<T> | undefined) ?? new Source<T>(meta, name);
  sources.set(meta, named.set(name, source));
  return source;
}
