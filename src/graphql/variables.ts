import {
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  coerceInputValue,
  isInputType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { type FieldError, badInput } from '../kernel/errors.js';
import { withoutValue } from './quotedValue.js';

export type Variables = Readonly<Record<string, unknown>>;

/** What does not fit is told of so often at most: a value may hold as many faults as it has parts. */
const MOST_ERRORS = 10;

/** Apollo's way of saying that the request, not the server, is at fault. */
export const BAD_REQUEST = { http: { status: 400 } };

/** Ends the coercion of a value. */
class TooManyErrors extends Error {}

class InputErrors {
  readonly fields: FieldError[] = [];
  readonly nodes: VariableDefinitionNode[] = [];

  add(node: VariableDefinitionNode, path: readonly (string | number)[], message: string): void {
    if (this.fields.length === MOST_ERRORS) {
      this.fields.push({ path: 'variables', message: 'holds more values that do not fit' });
      throw new TooManyErrors();
    }
    const field = /^Field "(\w+)"/.exec(message)?.[1];
    const place = [node.variable.name.value, ...path, ...(field === undefined ? [] : [field])];
    this.fields.push({ path: place.join('.'), message: withoutValue(message) });
    if (!this.nodes.includes(node)) this.nodes.push(node);
  }
}

/** The type, which validation has found to be one that variables may have. */
function inputTypeOf(schema: GraphQLSchema, { type }: VariableDefinitionNode): GraphQLInputType {
  const found = typeFromAST(schema, type);
  if (!isInputType(found)) throw new Error('a variable has a type that no variable may have');
  return found;
}

/** GraphQL October 2021, 6.1.2: the given values and defaults, as resolvers get them. */
function coerce(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Variables,
  errors: InputErrors,
  hideSuggestions: boolean,
): Record<string, unknown> {
  const coerced: [string, unknown][] = [];
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = inputTypeOf(schema, definition);
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!Object.hasOwn(given, name)) {
      if (definition.defaultValue) coerced.push([name, valueFromAST(definition.defaultValue, type)]);
      else if (isNonNullType(type))
        errors.add(
          definition,
          [],
          `Variable "$${name}" of required type "${type.toString()}" was not provided.`,
        );
    } else if (value === null && isNonNullType(type)) {
      errors.add(
        definition,
        [],
        `Variable "$${name}" of non-null type "${type.toString()}" must not be null.`,
      );
    } else {
      const tell = (path: readonly (string | number)[], _value: unknown, { message }: GraphQLError) =>
        errors.add(definition, path, message);
      coerced.push([name, coerceInputValue(value, type, tell, hideSuggestions)]);
    }
  }
  return Object.fromEntries(coerced);
}

/**
 * The variables of an operation as resolvers get them. Throws BAD_INPUT that names what does not fit, as a GraphQLError
 * with the places in the document. The library's own function puts the whole value into the message of each, in
 * which a stranger's 200 KB are seconds.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Variables,
  { hideSuggestions }: { hideSuggestions: boolean },
): Record<string, unknown> {
  const errors = new InputErrors();
  let coerced: Record<string, unknown> = {};
  try {
    coerced = coerce(schema, variableDefinitions, given, errors, hideSuggestions);
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
  }
  if (errors.fields.length === 0) return coerced;
  const refusal = badInput(errors.fields);
  throw new GraphQLError(refusal.message, {
    nodes: errors.nodes,
    originalError: refusal,
    extensions: BAD_REQUEST,
  });
}
