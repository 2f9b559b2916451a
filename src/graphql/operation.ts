import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Config } from '../config/settings.js';
import type { RequestContext } from '../kernel/context.js';
import { DomainError } from '../kernel/errors.js';
import { checkOperation, checkSize, limitRules } from './limits.js';

interface Payload {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** The same complaint under the code that Apollo gives it over HTTP. */
function coded(code: string, { message, nodes, source, positions }: GraphQLError): GraphQLError {
  const place = { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null };
  return new GraphQLError(message, { ...place, extensions: { code } });
}

function parseDocument(query: string, maxTokens: number) {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw error instanceof GraphQLError ? coded('GRAPHQL_PARSE_FAILED', error) : error;
  }
}

/** Parses, validates and limits operations where Apollo does not: over WebSocket. */
export function operationReader(schema: GraphQLSchema, limits: Config) {
  const rules = [...specifiedRules, ...limitRules(limits)];
  const hideSuggestions = !limits.GRAPHQL_INTROSPECTION;

  const check = ({ query, variables, operationName }: Payload): ExecutionArgs | readonly GraphQLError[] => {
    checkSize(query, limits);
    const document = parseDocument(query, limits.GRAPHQL_MAX_TOKENS);
    const errors = validate(schema, document, rules, { hideSuggestions });
    if (errors.length > 0) return errors.map((error) => coded('GRAPHQL_VALIDATION_FAILED', error));
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      return [coded('OPERATION_RESOLUTION_FAILURE', new GraphQLError('name one operation of the document'))];
    }
    checkOperation({ schema, document, operation, variables: variables ?? {} }, limits);
    return { schema, document, variableValues: variables, operationName };
  };

  /** What to execute, or why not. */
  return async (
    payload: Payload,
    createContext: () => Promise<RequestContext>,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    try {
      const read = check(payload);
      return 'document' in read ? { ...read, contextValue: await createContext() } : read;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      if (error instanceof DomainError) return [new GraphQLError(error.message, { originalError: error })];
      throw error;
    }
  };
}
