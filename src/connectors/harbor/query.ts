import type { RegistryQuery } from '../../domains/images/imageRegistry.port.js';
import { SortDirection } from '../../kernel/pages.js';

/** Harbor reads `q` decoded once more, after which commas part it: what has other characters is in no name. */
const NAMEABLE = /^[\w./-]*$/;

/**
 * Null when nothing can match. Of one key Harbor takes one condition: where a bound of the name is given, `nameContains`
 * is left to who asks.
 */
export function listQuery(
  { by, direction, from, nameContains = '', isPublic, page, pageSize }: RegistryQuery,
  idKey: string,
): Record<string, string> | null {
  if (!NAMEABLE.test(nameContains)) return null;
  const isAscending = direction === SortDirection.ASC;
  const key = by === 'id' ? idKey : 'name';
  // In quotes, as Harbor would take digits for a number.
  const bound = typeof from === 'string' ? `"${from}"` : from;
  const conditions = [
    ...(bound === undefined ? [] : [`${key}=${isAscending ? `[${bound}~]` : `[~${bound}]`}`]),
    ...(nameContains === '' || typeof from === 'string' ? [] : [`name=~${nameContains}`]),
  ];
  return {
    page: String(page),
    page_size: String(pageSize),
    sort: `${isAscending ? '' : '-'}${key}`,
    ...(conditions.length > 0 && { q: conditions.join() }),
    ...(isPublic !== undefined && { public: String(isPublic) }),
  };
}
