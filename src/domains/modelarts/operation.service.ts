import type { RequestContext } from '../../kernel/context.js';
import { badInput } from '../../kernel/errors.js';
import { argumentFaults } from '../../openapi/arguments.js';
import type { ApiDocument, Operation } from '../../openapi/operation.js';
import { requestOf } from '../../openapi/request.js';
import type { Platform, PlatformCallService } from '../platforms/index.js';
import { argumentPath } from './graph/names.js';

/** Arguments by their names in the document; what the body holds is `body`. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What every path holds and no caller gives. */
export const PROJECT = 'project_id';

/** Calls operations of ModelArts. */
export class OperationService {
  constructor(
    private readonly document: ApiDocument,
    private readonly calls: PlatformCallService,
  ) {}

  /** What the platform answers; BAD_INPUT for wrong arguments, before anything is asked. */
  async call(
    ctx: RequestContext,
    platform: Platform,
    operation: Operation,
    args: Arguments,
  ): Promise<unknown> {
    const given = { ...args, [PROJECT]: platform.projectId };
    const faults = argumentFaults(this.document, operation, given);
    if (faults.length > 0)
      throw badInput(faults.map(({ path, message }) => ({ path: argumentPath(path), message })));
    const isRead = operation.extensions['x-isthmus-read'] === true;
    return this.calls.call(ctx, platform, requestOf(operation, given), { isRead });
  }
}
