import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Config } from '../config/settings.js';
import { documentHash } from '../kernel/documents.js';
import type { RequestContext } from '../kernel/context.js';
import type { Logger } from '../log/logger.js';
import type { Check, TrustedDocuments } from './trustedDocuments.js';
import type { Execution } from './running.js';
import { NESTS_TOO_DEEPLY } from './errors.js';
import { checkOperation, checkSize, limitRules } from './limits.js';
import { checkSubscriptionRoots } from './subscriptionRoots.js';

export interface Payload {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
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
    const told = error instanceof RangeError ? new GraphQLError(NESTS_TOO_DEEPLY) : error;
    throw told instanceof GraphQLError ? coded('GRAPHQL_PARSE_FAILED', told) : told;
  }
}

/** The document, or all that is wrong with it; throws where it cannot be parsed, or is too large. */
function documentReader(schema: GraphQLSchema, limits: Config) {
  const rules = [...specifiedRules, ...limitRules(limits)];
  const hideSuggestions = !limits.GRAPHQL_INTROSPECTION;
  return (query: string): DocumentNode | readonly GraphQLError[] => {
    checkSize(query, limits);
    const document = parseDocument(query, limits.GRAPHQL_MAX_TOKENS);
    checkSubscriptionRoots(document);
    const errors = validate(schema, document, rules, { hideSuggestions });
    return errors.length > 0 ? errors.map((error) => coded('GRAPHQL_VALIDATION_FAILED', error)) : document;
  };
}

/** For documents that are known from the start: what is wrong with one is told to the log, and to who uses it. */
export function documentCheck(schema: GraphQLSchema, limits: Config, logger: Logger): Check {
  const readDocument = documentReader(schema, limits);
  return (text) => {
    let errors: readonly unknown[];
    try {
      const read = readDocument(text);
      if ('kind' in read) return read;
      errors = read;
    } catch (error) {
      errors = [error];
    }
    const document = documentHash(text);
    logger.warn({ document, err: errors[0] }, 'a trusted document does not fit the schema');
    return undefined;
  };
}

/** What to execute, or why not. */
export type OperationReader = (
  payload: Payload,
  createContext: () => Promise<RequestContext>,
) => Promise<Execution | readonly GraphQLError[]>;

/** Parses, validates and limits operations where Apollo does not: over WebSocket and in event streams. */
export function operationReader(
  schema: GraphQLSchema,
  limits: Config,
  trusted: TrustedDocuments | undefined,
): OperationReader {
  const readDocument = documentReader(schema, limits);

  const check = ({ query, variables, operationName }: Payload): ExecutionArgs | readonly GraphQLError[] => {
    const document = trusted?.parsedOf(query) ?? readDocument(query);
    if (!('kind' in document)) return document;
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      return [coded('OPERATION_RESOLUTION_FAILURE', new GraphQLError('name one operation of the document'))];
    }
    checkOperation({ schema, document, operation, variables: variables ?? {} }, limits);
    return { schema, document, variableValues: variables, operationName };
  };

  /** The context comes first only where it decides what may be parsed. */
  const admitted = async (payload: Payload, createContext: () => Promise<RequestContext>) => {
    if (!trusted) return { payload, createContext };
    const contextValue = await createContext();
    const resolved = trusted.resolve(payload);
    trusted.admit(contextValue, resolved.query);
    return { payload: resolved, createContext: async () => contextValue };
  };

  return async (given, givenContext) => {
    try {
      const { payload, createContext } = await admitted(given, givenContext);
      const read = check(payload);
      return 'document' in read ? { ...read, contextValue: await createContext() } : read;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      const cause = error instanceof Error ? error : new Error(String(error));
      return [new GraphQLError(cause.message, { originalError: cause })];
    }
  };
}
