import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  executeSync,
  getIntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  parse,
} from 'graphql';
// Its ES modules import graphql's, a second copy beside the one that everything else loads.
import { type ComplexityEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity/cjs';
import { LRUCache } from 'lru-cache';
import { SharedText } from './sharedText.js';
import type { Variables } from './variables.js';

/** Of the whole schema, however large it is: what an operation may cost has room for it once. */
const WHOLE_COST = 4000;

/** Characters of answers that are kept. */
const MOST_KEPT = 4_000_000;

/** Characters of an answer that is worth compressing. */
const LEAST_SHARED = 10_000;

const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '__typename']);

/** How many items the lists of the schema's description have, on average, by field. */
function listSizes(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap());
  const outputs = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = outputs.flatMap((type) => Object.values(type.getFields()));
  const inputs = types.filter(isInputObjectType);
  const enums = types.filter(isEnumType);
  const sum = <T>(all: readonly T[], size: (item: T) => number) =>
    all.reduce((total, item) => total + size(item), 0);
  const perType = (total: number) => Math.max(1, total / types.length);
  return new Map([
    ['types', types.length],
    ['directives', schema.getDirectives().length],
    ['fields', perType(fields.length)],
    ['inputFields', perType(sum(inputs, (type) => Object.keys(type.getFields()).length))],
    ['enumValues', perType(sum(enums, (type) => type.getValues().length))],
    ['args', Math.max(1, sum(fields, ({ args }) => args.length) / Math.max(1, fields.length))],
  ]);
}

/** A field of a type costs `share`, a list as much as its items. */
function estimatorOf(sizes: ReadonlyMap<string, number>, share: number): ComplexityEstimator {
  return ({ type, field, childComplexity }) =>
    isIntrospectionType(type) ? share + (sizes.get(field.name) ?? 1) * childComplexity : undefined;
}

const WHOLE = parse(
  getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  }),
);

function measure(schema: GraphQLSchema): ComplexityEstimator {
  const sizes = listSizes(schema);
  const estimators = [estimatorOf(sizes, 1), simpleEstimator({ defaultComplexity: 1 })];
  return estimatorOf(sizes, WHOLE_COST / getComplexity({ schema, query: WHOLE, estimators }));
}

const estimators = new WeakMap<GraphQLSchema, ComplexityEstimator>();

/** The schema's description costs what it makes. */
export function introspectionEstimator(schema: GraphQLSchema): ComplexityEstimator {
  const known = estimators.get(schema) ?? measure(schema);
  estimators.set(schema, known);
  return known;
}

/** Whether it asks for the schema alone, which is the same for every caller. */
function asksForSchemaAlone({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && SCHEMA_FIELDS.has(selection.name.value),
  );
}

const toText = (result: object): string => `${JSON.stringify(result)}\n`;

interface Answer {
  result: ExecutionResult;
  text: string;
}

/** Answers of the schema's description, made once with their texts. */
export class Introspection {
  readonly #answers = new LRUCache<string, Answer>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ text }, key) => text.length + key.length,
  });
  /** By the data of answers that are kept. */
  readonly #texts = new WeakMap<object, string>();

  /** Large ones, by their lengths. */
  readonly #shared = new LRUCache<number, SharedText>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ text }) => text.length,
  });

  constructor(private readonly schema: GraphQLSchema) {}

  /** The answer to an operation that asks for nothing else; undefined for others, and for failures. */
  answer(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): ExecutionResult | undefined {
    const source = document.loc?.source.body;
    if (source === undefined || !asksForSchemaAlone(operation)) return undefined;
    const operationName = operation.name?.value;
    const key = JSON.stringify([operationName, variables, source]);
    const known = this.#answers.get(key);
    if (known) return known.result;
    const result = executeSync({ schema: this.schema, document, operationName, variableValues: variables });
    if (result.errors || !result.data) return undefined;
    const text = toText(result);
    this.#texts.set(result.data, text);
    this.#answers.set(key, { result, text });
    if (text.length >= LEAST_SHARED) this.#shared.set(text.length, new SharedText(text));
    return result;
  }

  textOf(result: object): string {
    const { data } = result as ExecutionResult;
    return (data && this.#texts.get(data)) ?? toText(result);
  }

  /** The text as one that is compressed once, if it is a large answer of these. */
  sharedOf(text: string): SharedText | undefined {
    const known = this.#shared.get(text.length);
    return known?.text === text ? known : undefined;
  }
}
