import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { contentOf, targetOf, type Graph } from './graphModel.js';

type Field = GraphQLField<unknown, unknown>;

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** Values that a first question asks for. */
const MOST_VALUES = 12;

const NUMBERS = new Set(['Int', 'Float', 'BigInt']);

/** Something of the type, for a person to replace; what may be left out is. */
function sample(type: GraphQLInputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter(
      (field) => isRequiredInputField(field) || inner.isOneOf,
    );
    const needed = inner.isOneOf ? fields.slice(0, 1) : fields;
    return Object.fromEntries(needed.map((field) => [field.name, sample(field.type)]));
  }
  if (inner.name === 'Boolean') return false;
  return NUMBERS.has(inner.name) ? 0 : '';
}

const asksNothing = ({ args }: Field): boolean => !args.some(isRequiredArgument);

/** What is asked of the last type: its own values, or what tells its type. */
function valuesOf(type: GraphQLNamedType): string[] {
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const values = fields.filter((field) => isLeafType(getNamedType(field.type)) && asksNothing(field));
  const names = values.slice(0, MOST_VALUES).map(({ name }) => name);
  return names.length > 0 ? names : ['__typename'];
}

class Variables {
  readonly declared: string[] = [];
  readonly values: Record<string, unknown> = {};

  /** Declares one for the argument, and says what stands for it. */
  for(field: Field, argument: GraphQLArgument): string {
    const { name, type } = argument;
    const free = name in this.values ? `${field.name}_${name}` : name;
    this.declared.push(`$${free}: ${String(type)}`);
    this.values[free] = sample(type);
    return `${name}: $${free}`;
  }
}

const block = (indent: string, lines: readonly string[]): string =>
  `{\n${lines.map((line) => `${indent}  ${line}`).join('\n')}\n${indent}}`;

/** Runs through a path of fields from a root, and asks the last for its values. */
export function operationAlong(kind: string, path: readonly Field[]): Operation {
  const variables = new Variables();

  function selection([field, ...rest]: readonly Field[], indent: string): string {
    if (!field) return '';
    const given = field.args.filter(isRequiredArgument).map((argument) => variables.for(field, argument));
    const call = given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
    const type = getNamedType(field.type);
    const content = contentOf(type);
    const inner = content ? [content, ...rest] : rest;
    if (inner.length > 0) return `${call} ${block(indent, [selection(inner, `${indent}  `)])}`;
    return isLeafType(type) ? call : `${call} ${block(indent, valuesOf(type))}`;
  }

  const body = block('', [selection(path, '  ')]);
  const name = path.map((field) => field.name.charAt(0).toUpperCase() + field.name.slice(1)).join('');
  const declared = variables.declared.length > 0 ? `(${variables.declared.join(', ')})` : '';
  return { query: `${kind} ${name}${declared} ${body}\n`, variables: variables.values };
}

const kindOf = (root: GraphQLObjectType): string => root.name.toLowerCase();

/** What a root's field asks, or changes. */
export const operationOfField = (root: GraphQLObjectType, field: Field): Operation =>
  operationAlong(kindOf(root), [field]);

/** The shortest way from a root to a type; queries first. */
export function operationOfType(graph: Graph, name: string): Operation | undefined {
  for (const root of graph.roots) {
    const path = shortestPath(root, name, graph);
    if (path) return operationAlong(kindOf(root), path);
  }
  return undefined;
}

function shortestPath(root: GraphQLObjectType, name: string, graph: Graph): Field[] | undefined {
  const paths = new Map<string, Field[]>([[root.name, []]]);
  // Entries that are added while the map is walked are walked too.
  for (const [from, path] of paths) {
    if (from === name && path.length > 0) return path;
    const type = graph.schema.getType(from);
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
      const target = targetOf(field).name;
      if (!paths.has(target) && graph.types.has(target)) paths.set(target, [...path, field]);
    }
  }
  return undefined;
}

/** What a way of fields from a root asks, as "Query.platform.modelArts" names it. */
export function operationOfWay({ roots }: Graph, way: string): Operation | undefined {
  const [first, ...names] = way.split('.');
  const root = roots.find(({ name }) => name === first);
  let type: GraphQLNamedType | undefined = root;
  const path: Field[] = [];
  for (const name of names) {
    const field: Field | undefined = isObjectType(type) ? type.getFields()[name] : undefined;
    if (!field) return undefined;
    path.push(field);
    type = targetOf(field);
  }
  return root && operationAlong(kindOf(root), path);
}
