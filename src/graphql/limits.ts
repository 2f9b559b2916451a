import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  getNamedType,
} from 'graphql';
// Its ES modules import graphql's, a second copy beside the one that everything else loads.
import { type ComplexityEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity/cjs';
import type { Config } from '../config/settings.js';
import { badInput } from '../kernel/errors.js';
import { DEFAULT_PAGE_SIZE } from '../kernel/pages.js';

type Limits = Pick<
  Config,
  'GRAPHQL_MAX_DEPTH' | 'GRAPHQL_MAX_ALIASES' | 'GRAPHQL_MAX_ROOT_FIELDS' | 'GRAPHQL_MAX_COST' | 'GRAPHQL_MAX_TOKENS'
>;

/** Reports instead of throwing, so that it reads like any other validation error. */
const report = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, ''))),
  ],
};

function rootFields(context: ValidationContext, selections: SelectionSetNode, seen: ReadonlySet<string>): number {
  return selections.selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return count + rootFields(context, selection.selectionSet, seen);
    const name = selection.name.value;
    const fragment = seen.has(name) ? undefined : context.getFragment(name);
    return count + (fragment ? rootFields(context, fragment.selectionSet, new Set([...seen, name])) : 0);
  }, 0);
}

function maxRootFieldsRule(limit: number): ValidationRule {
  return (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const count = rootFields(context, operation.selectionSet, new Set());
      if (count > limit) context.reportError(new GraphQLError(`Root field limit of ${limit} exceeded, found ${count}.`, { nodes: operation }));
    },
  });
}

/** Rules that a document must keep besides GraphQL's own. */
export function limitRules(limits: Limits): ValidationRule[] {
  return [
    maxRootFieldsRule(limits.GRAPHQL_MAX_ROOT_FIELDS),
    maxDepthRule({ n: limits.GRAPHQL_MAX_DEPTH, flattenFragments: true, ...report }) as unknown as ValidationRule,
    maxAliasesRule({ n: limits.GRAPHQL_MAX_ALIASES, ...report }) as unknown as ValidationRule,
  ];
}

/** A page costs its items. */
const connectionEstimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (!getNamedType(field.type).name.endsWith('Connection')) return undefined;
  const { first, last } = args as { first?: number | null; last?: number | null };
  return 1 + Math.max(0, first ?? last ?? DEFAULT_PAGE_SIZE) * childComplexity;
};

const estimators = [connectionEstimator, simpleEstimator({ defaultComplexity: 1 })];

/** BAD_INPUT when the document is too large. */
export function checkSize(source: string, limits: Pick<Config, 'GRAPHQL_MAX_DOCUMENT'>): void {
  const limit = limits.GRAPHQL_MAX_DOCUMENT;
  if (Buffer.byteLength(source) <= limit) return;
  throw badInput([{ path: 'query', message: `the document is larger than ${limit} bytes` }]);
}

interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  variables: Record<string, unknown>;
  operationName: string | null | undefined;
}

/** BAD_INPUT when the operation would cost more than the limit: a field costs 1, a connection multiplies by its page size. */
export function checkCost({ schema, document, variables, operationName }: Operation, limits: Limits): void {
  const cost = getComplexity({
    schema,
    query: document,
    variables,
    estimators,
    ...(operationName == null ? {} : { operationName }),
  });
  const limit = limits.GRAPHQL_MAX_COST;
  if (cost > limit) throw badInput([{ path: '', message: `the operation costs ${cost}, more than ${limit}; ask for smaller pages or fewer fields` }]);
}
