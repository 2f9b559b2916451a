import { filter, map, pipe } from '@graphql-yoga/subscription';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  createSourceEventStream,
  execute,
  getOperationAST,
} from 'graphql';
import type { RequestContext } from '../kernel/context.js';
import { Introspection } from './introspection.js';

/** An operation of one caller. */
export type Execution = ExecutionArgs & { contextValue: RequestContext };

export const operationOf = ({ document, operationName }: ExecutionArgs) =>
  getOperationAST(document, operationName);

export const isSubscription = (args: ExecutionArgs): boolean =>
  operationOf(args)?.operation === OperationTypeNode.SUBSCRIPTION;

/** As Apollo's plugin has it: what is read may be late, what is written is told of. */
async function run(args: ExecutionArgs, { operation }: OperationDefinitionNode): Promise<ExecutionResult> {
  const { contextValue: ctx } = args as Execution;
  if (operation === OperationTypeNode.QUERY) await ctx.readLate();
  const result = await execute(args);
  if (operation === OperationTypeNode.MUTATION) await ctx.noteWrite();
  return result;
}

/** Executes operations where Apollo does not, with the schema's description made once. */
export function executing(schema: GraphQLSchema) {
  const introspection = new Introspection(schema);
  return (args: ExecutionArgs) => {
    const operation = operationOf(args);
    const described = operation && introspection.answer(args.document, operation, args.variableValues ?? {});
    return described ?? (operation ? run(args, operation) : execute(args));
  };
}

/**
 * The answers of a subscription until `isOver`, or why there are none. One execution an event, each with a context of its
 * own, so that loaders do not answer with what an earlier event saw.
 */
export async function following(
  args: Execution,
  isOver: () => boolean,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  // A generator would end its source only after the next event.
  return pipe(
    events,
    filter(() => !isOver()),
    map((event: unknown) => execute({ ...args, rootValue: event, contextValue: args.contextValue.fork() })),
  );
}
