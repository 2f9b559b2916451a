import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../kernel/context.js';
import type { Logger } from '../log/logger.js';
import { failureSpelling } from './errors.js';
import { logFailures } from './failureLog.js';
import { gatherErrors } from './gatherErrors.js';

/** The failures of an operation as they are told; the log has them too. */
export type Tell = (
  ctx: RequestContext,
  errors: readonly unknown[],
  operation?: string,
) => GraphQLFormattedError[];

export function telling(logger: Logger): Tell {
  const spell = failureSpelling(logger);
  return (ctx, errors, operation) => {
    const told = gatherErrors(errors.map((error) => spell(error, ctx)));
    logFailures(logger, told, ctx, operation);
    return told;
  };
}
