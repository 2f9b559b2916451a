import { rowsBy } from '../../../../database/rowsBy.js';
import type { EntityClass } from '../../../../database/sourceOf.js';
import type { Reader } from '../../../../kernel/context.js';
import { selectionOfFields } from '../../../../kernel/selection.js';

/** Names by keys; of what is gone there is none. */
export type Names = ReadonlyMap<string, string>;

const NAME = selectionOfFields(['id', 'name']);

/** Of the keys that are there. */
export async function namesOf<T extends { id: string; name: string }>(
  reader: Reader,
  entity: EntityClass<T>,
  keys: readonly (string | null)[],
): Promise<Names> {
  const wanted = [...new Set(keys)].filter((key) => key !== null);
  const rows = await rowsBy(reader, entity, 'id', wanted, { selection: NAME });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
