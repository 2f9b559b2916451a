import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { Misfit } from '../../kernel/answerText.js';
import type { RequestContext } from '../../kernel/context.js';
import type { Logger } from '../../log/logger.js';
import type { Variables } from '../variables.js';
import type { CompiledOperation } from './compiled.js';
import { conditionsOf } from './directives.js';
import type { IsStored, WrittenOperation } from './written.js';

/** Executions by graphql-js after which a query counts as one that comes again: compiling one takes as long as some of them. */
export const EXECUTIONS_BEFORE_COMPILATION = 10;

/** Characters; compiling one of these takes 40 ms, and it then holds 400 KB. */
const LONGEST_COMPILED = 4_000;

/** Queries that are remembered; most are small. */
const MOST_KNOWN = 200;

/** graphql-jit writes objects as literals, in which the first name sets the prototype; its schema lacks arguments. */
const NOT_COMPILED = /\b__(?:proto__|schema|type)\b/;

/** Of one operation, by what `@skip` and `@include` leave of it; what comes in more ways is executed. */
const MOST_VARIANTS = 4;

/** Answers in a row that the database could not write, after which it is asked for one in so many: a row that only few see may be why. */
const MOST_MISFITS = 3;
export const SELDOM = 50;

interface Variant {
  executions: number;
  run?: CompiledOperation | undefined;
  /** Where the database can write the answer. */
  write?: WrittenOperation | undefined;
  /** Since it was written last. */
  misfits: number;
}

/** A valid operation, and its variables as resolvers get them. */
export interface Operation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Variables;
}

class Known {
  readonly variants = new Map<string, Variant>();

  /** `conditions` are the variables that tell variants apart. */
  constructor(readonly conditions: readonly string[]) {}
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
    private readonly isStored: IsStored,
  ) {}

  /** The compiled query, and whether the database writes its answer. */
  of(given: Operation): { run: CompiledOperation; isWritten: boolean } | undefined {
    const variant = this.#variantOf(given);
    if (variant?.run) return { run: variant.run, isWritten: variant.write !== undefined };
    if (!variant) return undefined;
    if (
      variant.executions === EXECUTIONS_BEFORE_COMPILATION &&
      isCompilable(given.document, given.operation)
    ) {
      this.#compile(variant, given).catch((error: unknown) =>
        this.logger.error({ err: error }, 'a query cannot be compiled'),
      );
    }
    variant.executions += 1;
    return undefined;
  }

  /** The text of the data, as the database writes it; rejects where it does not, or what is read fails. */
  async write(given: Operation, ctx: RequestContext): Promise<string> {
    const variant = this.#variantOf(given);
    if (!variant?.write) throw new Misfit('not written by the database');
    if (variant.misfits >= MOST_MISFITS && variant.misfits % SELDOM !== 0) {
      variant.misfits += 1;
      throw new Misfit('has not been written of late');
    }
    try {
      const text = await variant.write(ctx, given.variables);
      variant.misfits = 0;
      return text;
    } catch (error) {
      if (error instanceof Misfit) variant.misfits += 1;
      throw error;
    }
  }

  /** Undefined where there are too many, and where a condition is null, of which execution tells. */
  #variantOf({ document, operation, variables }: Operation): Variant | undefined {
    const known = this.#known.get(operation) ?? new Known(conditionsOf(document));
    this.#known.set(operation, known);
    const values = known.conditions.map((name) => variables[name]);
    if (!values.every((value) => typeof value === 'boolean')) return undefined;
    const key = values.join();
    const variant = known.variants.get(key) ?? { executions: 0, misfits: 0 };
    if (!known.variants.has(key) && known.variants.size >= MOST_VARIANTS) return undefined;
    known.variants.set(key, variant);
    return variant;
  }

  /** The compiler is loaded when it is needed first: it takes memory that forwarding alone can do without. */
  async #compile(variant: Variant, { document, operation, variables }: Operation): Promise<void> {
    const { compileOperation } = await import('./compiled.js');
    const { writtenOperation } = await import('./written.js');
    variant.run = compileOperation(this.schema, document, operation, variables);
    variant.write = writtenOperation(this.schema, document, operation, {
      conditions: variables,
      isStored: this.isStored,
    });
    if (!variant.run) this.logger.debug({ operation: operation.name?.value }, 'a query is not compiled');
  }
}
