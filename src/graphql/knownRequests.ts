import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import type { Config } from '../config/settings.js';
import type { RequestContext } from '../kernel/context.js';
import { isUnavailable } from '../kernel/errors.js';
import { countedAs } from './counted.js';
import type { CompiledQueries } from './execution/compiledQueries.js';
import { FailedQuery } from './execution/failedQuery.js';
import type { Asked } from './http.js';
import { checkOperation } from './limits.js';
import { isObject } from './parameters.js';

/** Texts of queries that are remembered, and ways in which clients write what they accept. */
const MOST_KNOWN = 200;
const MOST_ACCEPTED = 50;

/** Milliseconds for which Apollo alone answers after the database could not: what fails soon is asked again there. */
const REST = 1000;

/** Types of answers, in Apollo's order; the last is for its routers. */
const TYPES = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'application/json; callbackSpec=1.0; charset=utf-8',
];

interface Known {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** What it is counted as. */
  counted: string;
}

/** Of one request: the query that it names, with what it gives. */
export interface KnownRequest extends Known {
  variables: Readonly<Record<string, unknown>>;
  contentType: string;
}

/**
 * Queries that Apollo has parsed, validated and answered before, and whose answers the database writes, by their texts. Nothing
 * here depends on who asks.
 */
export class KnownRequests {
  readonly #known = new LRUCache<string, Known>({ max: MOST_KNOWN });
  readonly #types = new LRUCache<string, { type: string | undefined }>({
    max: MOST_ACCEPTED,
    memoMethod: (accept) => ({ type: new Negotiator({ headers: { accept } }).mediaType(TYPES) }),
  });

  #restsUntil = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly config: Config,
    private readonly queries: CompiledQueries,
  ) {}

  /** After it was validated. */
  learn(text: string | undefined, document: DocumentNode, operation: OperationDefinitionNode): void {
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (text === undefined || operations.length > 1) return;
    // Apollo forgets what it parsed, and compiled queries are found by that.
    if (this.#known.get(text)?.operation === operation) return;
    this.#known.set(text, { document, operation, counted: countedAs(document, operation) });
  }

  /** Undefined for what Apollo is to answer, or to refuse. */
  find({ method, headers }: Asked, body: unknown): KnownRequest | undefined {
    if (method !== 'POST' || !isObject(body) || performance.now() < this.#restsUntil) return undefined;
    const { query, variables = {}, operationName, extensions } = body;
    const known = typeof query === 'string' ? this.#known.get(query) : undefined;
    if (!known || extensions != null || (variables !== null && !isObject(variables))) return undefined;
    if (operationName != null && operationName !== known.operation.name?.value) return undefined;
    const { accept } = headers;
    const type = accept ? this.#types.memo(accept).type : TYPES[0];
    const isOurs = type !== undefined && type !== TYPES[2];
    return isOurs ? { ...known, variables: variables ?? {}, contentType: type } : undefined;
  }

  /** The text of the answer, or why the query fails; rejects where it must be answered in another way. */
  async answer(
    { document, operation, variables: given }: KnownRequest,
    ctx: RequestContext,
  ): Promise<string | ExecutionResult> {
    const { schema } = this;
    const begun = performance.now();
    const variables = checkOperation({ schema, document, operation, variables: given }, this.config);
    await ctx.readLate();
    try {
      return `{"data":${await this.queries.write({ document, operation, variables }, ctx)}}\n`;
    } catch (error) {
      const isAway = isUnavailable(error);
      const now = performance.now();
      if (isAway) this.#restsUntil = now + REST;
      // Another connection may help; what took the database too long would do so again.
      const isFinal = !isAway || now - begun > REST;
      if (error instanceof FailedQuery && isFinal) return error.result;
      throw error;
    }
  }
}
