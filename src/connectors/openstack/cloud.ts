import type { CloudConnection } from './connection.js';
import { isStatus } from './failures.js';
import { serversByStack } from './kinds/stackServers.js';
import { allOf } from './pages.js';
import { projects } from './resources/identity.js';
import { stacks } from './resources/orchestration.js';
import type { ServiceName } from './services.js';

/** Asks once, at the first time. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** One cloud while it is read once, with what several kinds need of it. */
export class Cloud {
  constructor(
    readonly connection: CloudConnection,
    private readonly missing: readonly ServiceName[],
  ) {}

  has(service: ServiceName): boolean {
    return !this.missing.includes(service);
  }

  /** Those that are in no other stack; undefined where Heat is missing or does not tell. */
  readonly rootStacks = once(async () => {
    if (!this.has('Heat')) return undefined;
    try {
      const all = await allOf(this.connection, stacks);
      return all.filter(({ parent }) => parent === null);
    } catch (error) {
      if (isStatus(error, 403)) return undefined;
      throw error;
    }
  });

  /** The ids of servers, with those of the root stacks that they are in. */
  readonly stackOfServer = once(async () => serversByStack(this.connection, (await this.rootStacks()) ?? []));

  /** All projects but domains, and those that Heat makes for the users of a stack. */
  readonly projects = once(async () => {
    const heats = new Set((await this.rootStacks())?.map((stack) => stack.stack_user_project_id));
    const all = await allOf(this.connection, projects);
    return all.filter(({ id, is_domain: isDomain }) => !isDomain && !heats.has(id));
  });
}
