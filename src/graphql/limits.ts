import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  getNamedType,
} from 'graphql';
// Its ES modules import graphql's, a second copy beside the one that everything else loads.
import { type ComplexityEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity/cjs';
import type { Config } from '../config/settings.js';
import { DomainError, badInput } from '../kernel/errors.js';
import { DEFAULT_PAGE_SIZE } from '../kernel/pages.js';
import { partsOf } from '../kernel/parts.js';
import { introspectionEstimator } from './introspection.js';
import { BAD_REQUEST, type Variables, coerceVariables } from './variables.js';

type RuleLimits = Pick<
  Config,
  'GRAPHQL_INTROSPECTION' | 'GRAPHQL_MAX_DEPTH' | 'GRAPHQL_MAX_ALIASES' | 'GRAPHQL_MAX_ROOT_FIELDS'
>;

/** Reports instead of throwing, so that it reads like any other validation error. */
const report = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, ''))),
  ],
};

/** As the executor collects them: a fragment counts once, however often it is spread. */
function countRootFields(
  context: ValidationContext,
  selections: SelectionSetNode,
  seen: Set<string>,
): number {
  let count = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      count += countRootFields(context, selection.selectionSet, seen);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      const fragment = context.getFragment(selection.name.value);
      if (fragment) count += countRootFields(context, fragment.selectionSet, seen);
    }
  }
  return count;
}

function maxRootFieldsRule(limit: number): ValidationRule {
  return (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const count = countRootFields(context, operation.selectionSet, new Set());
      if (count <= limit) return;
      context.reportError(
        new GraphQLError(`Root field limit of ${limit} exceeded, found ${count}.`, { nodes: operation }),
      );
    },
  });
}

export const INTROSPECTION_OFF = 'Introspection is switched off.';

const SCHEMA_FIELDS = new Set(['__schema', '__type', '_service']);

function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(field) {
      if (!SCHEMA_FIELDS.has(field.name.value)) return;
      context.reportError(new GraphQLError(INTROSPECTION_OFF, { nodes: field }));
    },
  };
}

/** Rules that a document must keep besides GraphQL's own. */
export function limitRules(limits: RuleLimits): ValidationRule[] {
  return [
    maxRootFieldsRule(limits.GRAPHQL_MAX_ROOT_FIELDS),
    maxDepthRule({
      n: limits.GRAPHQL_MAX_DEPTH,
      flattenFragments: true,
      ...report,
    }),
    maxAliasesRule({ n: limits.GRAPHQL_MAX_ALIASES, ...report }),
    ...(limits.GRAPHQL_INTROSPECTION ? [] : [noIntrospectionRule]),
  ];
}

/** A page costs its items. */
const connectionEstimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  const isPaged = field.args.some(({ name }) => name === 'first');
  if (!isPaged || !getNamedType(field.type).name.endsWith('Connection')) return undefined;
  const { first, last } = args as { first?: number | null; last?: number | null };
  return 1 + Math.max(0, first ?? last ?? DEFAULT_PAGE_SIZE) * childComplexity;
};

/** Federation's list of entities costs each of them. */
const entitiesEstimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (field.name !== '_entities') return undefined;
  return 1 + (args as { representations: unknown[] }).representations.length * childComplexity;
};

/** A list of objects by their keys costs each of them. */
const nodesEstimator: ComplexityEstimator = ({ args, childComplexity }) => {
  const { nodeIds } = args as { nodeIds?: unknown };
  return Array.isArray(nodeIds) ? 1 + nodeIds.length * childComplexity : undefined;
};

/** A plain list that is cut costs its items. */
const limitEstimator: ComplexityEstimator = ({ args, childComplexity }) => {
  const { limit } = args as { limit?: unknown };
  return typeof limit === 'number' ? 1 + Math.max(0, limit) * childComplexity : undefined;
};

const estimatorsFor = (schema: GraphQLSchema): ComplexityEstimator[] => [
  introspectionEstimator(schema),
  connectionEstimator,
  entitiesEstimator,
  nodesEstimator,
  limitEstimator,
  simpleEstimator({ defaultComplexity: 1 }),
];

/** BAD_INPUT when the document is too large. */
export function checkSize(source: string, limits: Pick<Config, 'GRAPHQL_MAX_DOCUMENT'>): void {
  const limit = limits.GRAPHQL_MAX_DOCUMENT;
  if (Buffer.byteLength(source) <= limit) return;
  throw badInput([{ path: 'query', message: `the document is larger than ${limit} bytes` }]);
}

interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Variables;
}

/** Of lists and objects in variables, which graphql-js follows by recursion. */
const MAX_NESTING = 64;
/** Objects, lists and values in variables. */
const MAX_PARTS = 50_000;

/** Of one operation. */
const MAX_KNOWN_COSTS = 50;

/** Costs by the variables that they depend on, as long as the document is kept. */
const knownCosts = new WeakMap<OperationDefinitionNode, Map<string, number>>();

/** What a cost can depend on: a page size, how many entities, what a directive says. */
function sizeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [value.length];
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : typeof value;
}

function costOf(given: Operation): number {
  const { operation, variables } = given;
  const sizes = operation.variableDefinitions?.map(({ variable }) => sizeOf(variables[variable.name.value]));
  const key = JSON.stringify(sizes);
  const known = knownCosts.get(operation) ?? new Map<string, number>();
  const cost = known.get(key) ?? Math.ceil(countCost(given));
  if (known.size < MAX_KNOWN_COSTS) knownCosts.set(operation, known.set(key, cost));
  return cost;
}

function countCost({ schema, document, operation, variables }: Operation): number {
  try {
    const operationName = operation.name ? { operationName: operation.name.value } : {};
    return getComplexity({
      schema,
      query: document,
      variables,
      estimators: estimatorsFor(schema),
      ...operationName,
    });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // Too many nodes to count, or an argument that is null and must not be.
    throw badInput([{ path: 'query', message: error.message }]);
  }
}

/** BAD_INPUT when the operation would cost more than the limit: a field costs 1, a connection multiplies by its page size. */
function checkCost(operation: Operation, limit: number): void {
  const cost = costOf(operation);
  if (cost <= limit) return;
  throw badInput([
    {
      path: 'query',
      message: `the operation costs ${cost}, more than ${limit}; ask for smaller pages or fewer fields`,
    },
  ]);
}

function checkVariables(variables: Variables): void {
  if (partsOf(variables, MAX_NESTING + 1) <= MAX_PARTS) return;
  const message = `must not nest deeper than ${MAX_NESTING} levels nor hold more than ${MAX_PARTS} values`;
  throw badInput([{ path: 'variables', message }]);
}

/**
 * The variables of a valid operation as resolvers get them. BAD_INPUT, as a GraphQLError, when they are too large or do
 * not fit, or when the operation would cost too much: whatever is counted or run later may rely on that they fit.
 */
export function checkOperation(
  given: Operation,
  limits: Pick<Config, 'GRAPHQL_MAX_COST' | 'GRAPHQL_INTROSPECTION'>,
): Record<string, unknown> {
  const { schema, operation, variables } = given;
  try {
    checkVariables(variables);
    const coerced = coerceVariables(schema, operation, variables, {
      hideSuggestions: !limits.GRAPHQL_INTROSPECTION,
    });
    checkCost(given, limits.GRAPHQL_MAX_COST);
    return coerced;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new GraphQLError(error.message, { originalError: error, extensions: BAD_REQUEST });
  }
}
