import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';

/** What other subgraphs refer to, where the caller may see it. */
export function dataCenterReference<T>({
  find,
}: {
  find: (ctx: RequestContext, id: string) => Promise<T | null>;
}) {
  return async ({ id }: { id: string }, ctx: RequestContext): Promise<T | null> => {
    authorise(ctx.principal, 'datacenter:read');
    return find(ctx, id);
  };
}
