import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
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

function isCompilable({ loc }: DocumentNode, { operation }: OperationDefinitionNode): boolean {
  const source = loc?.source.body;
  return (
    operation === OperationTypeNode.QUERY &&
    source !== undefined &&
    source.length <= LONGEST_COMPILED &&
    !NOT_COMPILED.test(source)
  );
}

/** The functions of queries that have come often enough. */
export class CompiledQueries {
  /** By the parsed operation, which Apollo keeps for queries that come again. */
  readonly #known = new LRUCache<OperationDefinitionNode, Known>({ max: MOST_KNOWN });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly logger: Logger,
  ) {}

  of(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation | undefined {
    const known = this.#known.get(operation);
    if (known?.run) return known.run;
    const entry = known ?? { executions: 0 };
    if (!known) this.#known.set(operation, entry);
    if (entry.executions === EXECUTIONS_BEFORE_COMPILATION && isCompilable(document, operation)) {
      this.#compile(entry, document, operation).catch((error: unknown) =>
        this.logger.error({ err: error }, 'a query cannot be compiled'),
      );
    }
    entry.executions += 1;
    return undefined;
  }

  /** The compiler is loaded when it is needed first: it takes memory that forwarding alone can do without. */
  async #compile(entry: Known, document: DocumentNode, operation: OperationDefinitionNode): Promise<void> {
    const { compileOperation } = await import('./compiled.js');
    entry.run = compileOperation(this.schema, document, operation);
    if (!entry.run) this.logger.debug({ operation: operation.name?.value }, 'a query is not compiled');
  }
}
