import { inBatches } from '../batches.js';
import type { CloudConnection } from '../connection.js';
import { isStatus } from '../failures.js';
import { allOf } from '../pages.js';
import { type StackObject, serversOfStack } from '../resources/orchestration.js';

/** What Heat answers for a stack that is gone, or that the account may not look into. */
const UNREADABLE = [403, 404];
/** A stack's own address ends so; its project need not be the account's. */
const OWN_PATH = /\/([^/?#]+)\/stacks\/([^/?#]+)\/([^/?#]+)\/?$/;
const DOTS = /^(?:\.|%2e){1,2}$/i;

/** Relative to Heat's endpoint, which ends in the account's project. */
function pathOf({ links, project, stack_name: name, id }: StackObject): string | undefined {
  const [, ...own] = OWN_PATH.exec(links.find(({ rel }) => rel === 'self')?.href ?? '') ?? [];
  const [owner, ...rest] = own.length > 0 ? own : [project ?? '', name, id].map(encodeURIComponent);
  const parts = [owner, 'stacks', ...rest];
  return parts.some((part) => !part || DOTS.test(part)) ? undefined : `../${parts.join('/')}`;
}

async function serversOf(connection: CloudConnection, stack: StackObject): Promise<string[]> {
  const path = pathOf(stack);
  if (path === undefined) return [];
  try {
    const all = await allOf(connection, serversOfStack(path));
    return all.filter(({ isServer }) => isServer).map(({ id }) => id);
  } catch (error) {
    if (!isStatus(error, ...UNREADABLE)) throw error;
    return [];
  }
}

/** The ids of servers, with those of the root stacks that they are in, however deep. */
export async function serversByStack(
  connection: CloudConnection,
  stacks: readonly StackObject[],
): Promise<Map<string, string>> {
  const byServer = new Map<string, string>();
  const ask = async (stack: StackObject) => ({
    stack: stack.id,
    servers: await serversOf(connection, stack),
  });
  for await (const batch of inBatches(stacks, ask))
    for (const { stack, servers } of batch) for (const server of servers) byServer.set(server, stack);
  return byServer;
}
