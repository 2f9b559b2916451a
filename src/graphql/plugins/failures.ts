import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../../kernel/context.js';
import type { Logger } from '../../log/logger.js';
import { type CountedOperation, NO_OPERATION, codeOf, countedAs } from '../counted.js';
import { type Caller, logFailures, nameOf } from '../failureLog.js';
import { gatherErrors } from '../gatherErrors.js';

/** Who asks, and who is told what came of it. */
interface Asker extends Caller {
  note: (outcome: CountedOperation) => void;
}

/** Tells many errors of one kind once, logs what failed, for whom, and counts all. */
export function failuresPlugin(
  logger: Logger,
  callerOf: () => Asker | undefined,
): ApolloServerPlugin<RequestContext> {
  return {
    /** Requests in which Apollo finds no operation. */
    invalidRequestWasReceived: async ({ error: { message } }) => {
      const caller = callerOf();
      if (!caller) return;
      logFailures(logger, [{ message, extensions: { code: 'BAD_REQUEST' } }], caller);
      caller.note({ operation: NO_OPERATION, code: 'BAD_REQUEST' });
    },
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { body }, contextValue, document, operation }) => {
        if (body.kind !== 'single') return;
        callerOf()?.note({
          operation: document && operation ? countedAs(document, operation) : NO_OPERATION,
          code: codeOf(body.singleResult.errors),
        });
        if (!body.singleResult.errors) return;
        const errors = gatherErrors(body.singleResult.errors);
        body.singleResult.errors = errors;
        logFailures(logger, errors, contextValue, nameOf(operation));
      },
    }),
  };
}
