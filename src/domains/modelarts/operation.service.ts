import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { Loaders, RequestContext } from '../../kernel/context.js';
import { DomainError, asDomainError, badInput } from '../../kernel/errors.js';
import { argumentFaults } from '../../openapi/arguments.js';
import type { ApiDocument, Operation } from '../../openapi/operation.js';
import { requestOf } from '../../openapi/request.js';
import type { Platform, PlatformCallService } from '../platforms/index.js';
import { argumentPath } from './graph/names.js';
import type { PageOfUpstream, Paging } from './paging.js';

/** Arguments by their names in the document; what the body holds is `body`. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What nearly every path holds and no caller gives. */
export const PROJECT = 'project_id';

/** A platform that is asked. */
export interface AskedPlatform extends Pick<Platform, 'id' | 'projectId'> {
  /** Ends whatever it is asked, as one of several platforms. */
  until?: AbortSignal;
}

/** Calls that one request may make, what is linked included; and at the same time, of one platform. */
const MOST_CALLS = 1_000;
const AT_ONCE = 8;
/** Values in an answer: each becomes several objects before it is shown. */
const MOST_VALUES = 200_000;

/** What one request has asked. */
interface Account {
  calls: number;
  /** By platform. */
  gates: Map<string, BulkheadPolicy>;
}

/** The failure of one of several platforms. */
function failureOf(platformId: string, error: unknown, until: AbortSignal): DomainError {
  if (until.aborted)
    return new DomainError('UPSTREAM_TIMEOUT', 'the platform has not answered in time', { platformId });
  const { code, message, details } = asDomainError(error);
  return new DomainError(code, message, { ...details, platformId }, { cause: error });
}

export function operationNamed({ operations }: ApiDocument, id: string): Operation {
  const operation = operations.get(id);
  if (!operation) throw new Error(`no operation is called "${id}"`);
  return operation;
}

/** The upstream's own arguments of a page, which some operations want as text, and some in the body. */
function withPage({ parameters, extensions }: Operation, args: Arguments, page: PageOfUpstream): Arguments {
  const paging = extensions['x-isthmus-paging'] as Paging | undefined;
  if (paging?.in === 'body') return { ...args, body: { ...(args['body'] as object | undefined), ...page } };
  const isText = (name: string) =>
    parameters.some(({ argument, schema }) => argument === name && schema['type'] === 'string');
  const own = Object.entries(page).map(([name, value]) => [name, isText(name) ? String(value) : value]);
  return { ...args, ...(Object.fromEntries(own) as Arguments) };
}

/** The project as an argument, where the operation is about one. */
function projectFor({ parameters }: Operation, { projectId }: AskedPlatform): Arguments {
  if (!parameters.some(({ name }) => name === PROJECT)) return {};
  if (projectId === null)
    throw new DomainError('NOT_CONFIGURED', 'the platform has no projectId; give it with updatePlatform');
  return { [PROJECT]: projectId };
}

/** Calls operations of ModelArts. */
export class OperationService {
  readonly #accounts = new WeakMap<Loaders, Account>();

  constructor(
    private readonly document: ApiDocument,
    private readonly calls: PlatformCallService,
  ) {}

  /** How its list comes in pages; undefined where it comes whole. */
  pagingOf(id: string): Paging | undefined {
    return operationNamed(this.document, id).extensions['x-isthmus-paging'] as Paging | undefined;
  }

  /** The same as `call`, of the operation with that id. */
  async callNamed(
    ctx: RequestContext,
    platform: AskedPlatform,
    id: string,
    args: Arguments,
  ): Promise<unknown> {
    return this.call(ctx, platform, operationNamed(this.document, id), args);
  }

  /** The same of a page of a list, beside its other arguments. */
  async callPage(
    ctx: RequestContext,
    platform: AskedPlatform,
    id: string,
    page: PageOfUpstream,
    args: Arguments = {},
  ): Promise<unknown> {
    const operation = operationNamed(this.document, id);
    return this.call(ctx, platform, operation, withPage(operation, args, page));
  }

  /** What the platform answers; BAD_INPUT for wrong arguments, before anything is asked. */
  async call(
    ctx: RequestContext,
    platform: AskedPlatform,
    operation: Operation,
    args: Arguments,
  ): Promise<unknown> {
    const given = { ...args, ...projectFor(operation, platform) };
    const faults = argumentFaults(this.document, operation, given);
    if (faults.length > 0)
      throw badInput(faults.map(({ path, message }) => ({ path: argumentPath(path), message })));
    const isRead = operation.extensions['x-isthmus-read'] === true;
    const options = { isRead, signal: platform.until, mostValues: MOST_VALUES };
    try {
      return await this.#gateTo(ctx, platform).execute(async () => {
        platform.until?.throwIfAborted();
        return this.calls.call(ctx, platform, requestOf(operation, given), options);
      });
    } catch (error) {
      throw platform.until ? failureOf(platform.id, error, platform.until) : error;
    }
  }

  /** Few words of a request can ask for many calls, and so can an answer that links lead from. */
  #gateTo({ loaders }: RequestContext, { id }: AskedPlatform): BulkheadPolicy {
    const account = this.#accounts.get(loaders) ?? { calls: 0, gates: new Map<string, BulkheadPolicy>() };
    this.#accounts.set(loaders, account);
    account.calls += 1;
    if (account.calls > MOST_CALLS)
      throw new DomainError('TOO_LARGE', `a request may call ${MOST_CALLS} operations; ask for less`);
    const gate = account.gates.get(id) ?? bulkhead(AT_ONCE, Infinity);
    account.gates.set(id, gate);
    return gate;
  }
}
