import { page } from '../../../../database/page.js';
import type { EntityClass } from '../../../../database/sourceOf.js';
import type { Reader } from '../../../../kernel/context.js';
import { SortDirection } from '../../../../kernel/pages.js';
import { nextTurn } from '../../../../kernel/turns.js';

/** Rows that are read and written together, which takes milliseconds. */
export const BATCH = 100;

const BY_NAME = [{ field: 'name', direction: SortDirection.ASC }];

/** All items of a kind of a data center, by name, in batches. */
export async function* batchesOf<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  dataCenterId: string,
): AsyncGenerator<T[]> {
  const scope = { dataCenterId: { eq: dataCenterId } };
  let after = '';
  do {
    const args = { first: BATCH, ...(after !== '' && { after }), orderBy: BY_NAME };
    const { nodes, pageInfo } = await page(reader, entity, { args, scope });
    await nextTurn();
    yield nodes;
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? '') : '';
  } while (after !== '');
}
