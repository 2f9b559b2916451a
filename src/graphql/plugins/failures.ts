import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../../kernel/context.js';
import type { Logger } from '../../log/logger.js';
import { type Caller, logFailures, nameOf } from '../failureLog.js';
import { gatherErrors } from '../gatherErrors.js';

/** Tells many errors of one kind once, and logs what failed, for whom. */
export function failuresPlugin(
  logger: Logger,
  callerOf: () => Caller | undefined,
): ApolloServerPlugin<RequestContext> {
  return {
    /** Requests in which Apollo finds no operation. */
    invalidRequestWasReceived: async ({ error: { message } }) => {
      const caller = callerOf();
      if (caller) logFailures(logger, [{ message, extensions: { code: 'BAD_REQUEST' } }], caller);
    },
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { body }, contextValue, operation }) => {
        if (body.kind !== 'single' || !body.singleResult.errors) return;
        const errors = gatherErrors(body.singleResult.errors);
        body.singleResult.errors = errors;
        logFailures(logger, errors, contextValue, nameOf(operation));
      },
    }),
  };
}
