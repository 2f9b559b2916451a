import type { ExecutionResult } from 'graphql';

/** A query of one field that fails for a reason that its caller is told, and would fail so in any other way too. */
export class FailedQuery extends Error {
  constructor(
    readonly result: ExecutionResult,
    cause: unknown,
  ) {
    super('the query fails', { cause });
  }
}
