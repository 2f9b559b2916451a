import type { RequestContext } from '../../kernel/context.js';
import { authorise } from './permissions.js';
import { User } from './user.entity.js';

/** The users that other subgraphs refer to, read in one statement. A caller sees itself; a system administrator all. */
export async function resolveUserReference(
  reference: { id: string },
  ctx: RequestContext,
): Promise<User | null> {
  const caller = authorise(ctx.principal, 'session:own');
  const id = Number(reference.id);
  if (!Number.isSafeInteger(id) || (caller.role !== 4 && caller.userId !== id)) return null;
  const loader = ctx.loaders.of<number, User | null>(User, async (ids) => {
    const users = await ctx.em.find(User, { id: { $in: [...ids] } });
    return ids.map((wanted) => users.find((user) => user.id === wanted) ?? null);
  });
  return loader.load(id);
}
