import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  GraphQLSchema,
  Kind,
  getArgumentValues,
  isObjectType,
  visit,
} from 'graphql';

/** What a variable holds that graphql-js has coerced already: graphql-jit takes it as it is. */
const COERCED = new GraphQLScalarType({ name: 'CoercedVariable' });

type Resolver = GraphQLFieldResolver<unknown, unknown>;

type Arguments = Record<string, unknown>;

export function namesVariable(node: FieldNode): boolean {
  let found = false;
  const Variable = () => {
    found = true;
    return BREAK;
  };
  for (const argument of node.arguments ?? []) visit(argument, { Variable });
  return found;
}

/** graphql-js coerces the field's arguments, instead of code that graphql-jit makes of them; once, when they are always the same. */
function withArguments(field: GraphQLField<unknown, unknown>, resolve: Resolver): Resolver {
  /** By their place in a document; undefined where they name a variable. */
  const constant = new WeakMap<FieldNode, Arguments | undefined>();
  return (source, _none, ctx, info) => {
    const [node] = info.fieldNodes;
    if (!node) return resolve(source, {}, ctx, info);
    const args = constant.get(node) ?? getArgumentValues(field, node, info.variableValues);
    if (!constant.has(node)) constant.set(node, namesVariable(node) ? undefined : args);
    return resolve(source, args, ctx, info);
  };
}

/**
 * Without arguments: graphql-jit makes code of these and of variables' types, which does not end for input types that
 * hold themselves (its issue 81), as every filter does, and loses dates. So no text of a document gets into code,
 * only names.
 */
function compilableSchema(schema: GraphQLSchema): GraphQLSchema {
  const types = schema.getTypeMap();
  const stripped = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const type = types[typeName];
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (!field || field.args.length === 0 || !config.resolve) return undefined;
      return {
        ...config,
        args: {},
        resolve: withArguments(field, config.resolve),
      };
    },
  });
  const config = stripped.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, COERCED], assumeValid: true });
}

const compilable = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** The schema as graphql-jit can compile operations on it, made once. */
export function compilableOf(schema: GraphQLSchema): GraphQLSchema {
  const known = compilable.get(schema) ?? compilableSchema(schema);
  compilable.set(schema, known);
  return known;
}

/** The document with variables that hold coerced values. */
export function withCoercedVariables(document: DocumentNode): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ variable }) => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable,
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } },
    }),
    SelectionSet: () => false,
  });
}
