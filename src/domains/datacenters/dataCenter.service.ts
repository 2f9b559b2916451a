import type { Filter } from '../../database/condition.js';
import { rowsBy } from '../../database/rowsBy.js';
import { type Principal, type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { notFound } from '../../kernel/errors.js';
import { parseHexId } from '../../kernel/hexIds.js';
import { DataCenter } from './dataCenter.entity.js';

/**
 * The filter under which data centers are the caller's to see: those of its business, or of itself where it has none;
 * system administrators see all.
 */
export function scopeOf({ role, businessId, userId }: Principal): Filter {
  if (role === 4) return {};
  return { businessId: { eq: businessId }, ...(businessId === null && { ownerId: { eq: userId } }) };
}

/** Data centers, as the caller may see them. */
export class DataCenterService {
  /** NOT_FOUND for a foreign data center as for none. */
  async get(ctx: RequestContext, id: string): Promise<DataCenter> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('data center', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<DataCenter | null> {
    const key = parseHexId(id);
    if (key === null) return null;
    const scope = scopeOf(requirePrincipal(ctx));
    const loader = ctx.loaders.of<string, DataCenter | null>(DataCenter, async (ids) => {
      const found = await rowsBy(ctx.reader, DataCenter, 'id', ids, { scope });
      const byId = new Map(found.map((center) => [center.id, center]));
      return ids.map((wanted) => byId.get(wanted) ?? null);
    });
    return loader.load(key);
  }
}
