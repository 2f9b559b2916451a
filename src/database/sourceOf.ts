import type { EntityMetadata } from '@mikro-orm/core';
import type { Reader } from '../kernel/context.js';
import { Source } from './source.js';

export type EntityClass<T> = abstract new (...args: never[]) => T;

const sources = new WeakMap<object, unknown>();

/** Where rows of the entity come from, worked out once. */
export function sourceOf<T extends object>(reader: Reader, entity: EntityClass<T>): Source<T> {
  const meta = reader.getMetadata(entity as new () => T) as EntityMetadata<T>;
  const source = (sources.get(meta) as Source<T> | undefined) ?? new Source<T>(meta);
  sources.set(meta, source);
  return source;
}
