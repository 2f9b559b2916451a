import { type GraphQLFormattedError, Kind, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../kernel/context.js';
import type { Logger } from '../log/logger.js';

/** Characters of a name that a stranger chose. */
export const LONGEST_NAME = 80;

/** For whom something failed. */
export type Caller = Pick<RequestContext, 'requestId' | 'address'> &
  Partial<Pick<RequestContext, 'principal'>>;

/** How an operation is called in the log: by its name, or by its first field. */
export function nameOf(operation: OperationDefinitionNode | null | undefined): string | undefined {
  if (!operation) return undefined;
  const [first] = operation.selectionSet.selections;
  const field = first?.kind === Kind.FIELD ? first.name.value : '';
  return `${operation.operation} ${operation.name?.value ?? field}`.slice(0, LONGEST_NAME).trimEnd();
}

/** One line for an operation that failed, without texts that a stranger chose. What nobody expected has a line of its own. */
export function logFailures(
  logger: Logger,
  errors: readonly GraphQLFormattedError[],
  { requestId, address, principal }: Caller,
  operation?: string,
): void {
  if (errors.length === 0) return;
  const codes = [...new Set(errors.map(({ extensions }) => extensions?.['code']))];
  logger.info({ requestId, address, user: principal?.userName, operation, codes }, 'operation refused');
}
