import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  execute,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../../kernel/context.js';
import type { Logger } from '../../kernel/logger.js';
import type { CompiledOperation } from './compiled.js';

/** Executions by graphql-js after which a query counts as one that comes again: compiling one takes as long as some of them. */
export const EXECUTIONS_BEFORE_COMPILATION = 10;

/** Characters; compiling one of these takes 40 ms, and it then holds 400 KB. */
const LONGEST_COMPILED = 4_000;

/** Queries that are remembered; most are small. */
const MOST_KNOWN = 200;

/** graphql-jit writes objects as literals, in which the first name sets the prototype; its schema lacks arguments. */
const NOT_COMPILED = /\b__(?:proto__|schema|type)\b/;

interface Known {
  executions: number;
  run?: CompiledOperation | undefined;
}

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

function isCompilable({ loc }: DocumentNode, { operation }: OperationDefinitionNode): boolean {
  const source = loc?.source.body;
  return (
    operation === OperationTypeNode.QUERY &&
    source !== undefined &&
    source.length <= LONGEST_COMPILED &&
    !NOT_COMPILED.test(source)
  );
}

/** Executes operations; queries that come again are compiled to functions, which answer lists several times quicker. */
function createExecutor(schema: GraphQLSchema, logger: Logger): Executor {
  /** By the parsed operation, which Apollo keeps for queries that come again. */
  const known = new LRUCache<OperationDefinitionNode, Known>({ max: MOST_KNOWN });

  /** The compiler is loaded when it is needed first: it takes memory that forwarding alone can do without. */
  const compile = async (entry: Known, document: DocumentNode, operation: OperationDefinitionNode) => {
    const { compileOperation } = await import('./compiled.js');
    entry.run = compileOperation(schema, document, operation);
    if (!entry.run) logger.debug({ operation: operation.name?.value }, 'a query is not compiled');
  };

  const compiledOf = (
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): CompiledOperation | undefined => {
    const entry = known.get(operation) ?? { executions: 0 };
    known.set(operation, entry);
    if (entry.executions === EXECUTIONS_BEFORE_COMPILATION && isCompilable(document, operation)) {
      compile(entry, document, operation).catch((error: unknown) =>
        logger.error({ err: error }, 'a query cannot be compiled'),
      );
    }
    entry.executions += 1;
    return entry.run;
  };

  return async ({ document, operation, request, context }) => {
    const { variables = {}, operationName } = request;
    // Absent when operationName names none; execution says so.
    const found = operation as OperationDefinitionNode | undefined;
    // What the variables lack is told by graphql-js, in the words that the error table knows.
    const result = found && (await compiledOf(document, found)?.(context, variables));
    return (
      result ?? execute({ schema, document, contextValue: context, variableValues: variables, operationName })
    );
  };
}

/** Apollo's way of letting another executor than graphql-js answer. */
export function gatewayOf(schema: GraphQLSchema, logger: Logger): Gateway {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({ executor: createExecutor(schema, logger) }),
    stop: async () => undefined,
  };
}
