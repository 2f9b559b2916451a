import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { createGraph } from '../../src/graph.js';
import { ENTITIES, UNBUILT } from '../../src/modules.js';

/** A list of the graph: a query that pages, filters and orders. */
export interface List {
  /** Of the query. */
  name: string;
  node: GraphQLObjectType;
  filter: GraphQLInputObjectType;
  orders: { name: string; property: string }[];
}

const argumentOf = ({ args }: GraphQLField<unknown, unknown>, name: string) => {
  const found = args.find((argument) => argument.name === name);
  return found && getNamedType(found.type);
};

function ordersOf(order: GraphQLInputObjectType): List['orders'] {
  const fields = getNamedType(order.getFields()['field']?.type) as GraphQLEnumType;
  return fields.getValues().map(({ name, value }) => ({ name, property: String(value) }));
}

function listOf(query: GraphQLField<unknown, unknown>): List[] {
  const connection = getNamedType(query.type);
  const [filter, order] = [argumentOf(query, 'filter'), argumentOf(query, 'orderBy')];
  if (!isObjectType(connection) || !isInputObjectType(filter) || !isInputObjectType(order)) return [];
  const node = getNamedType(connection.getFields()['nodes']?.type) as GraphQLObjectType;
  return [{ name: query.name, node, filter, orders: ordersOf(order) }];
}

/** Every list of what is stored. */
export async function registeredLists(): Promise<List[]> {
  const schema = await createGraph(UNBUILT, async function* () {});
  const stored = new Set(ENTITIES.map((entity) => (typeof entity === 'function' ? entity.name : '')));
  const all = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap(listOf);
  return all.filter(({ node }) => stored.has(node.name));
}

/** By field: the operators, and for an enum what stands for each of its names. */
export interface Filtered {
  operators: string[];
  type: string;
  names: ReadonlyMap<string, unknown> | undefined;
}

/** What a list is filtered by, without the combinations. */
export function filteredBy({ filter }: List): Map<string, Filtered> {
  const fields = Object.values(filter.getFields()).filter(({ name }) => !['and', 'or', 'not'].includes(name));
  return new Map(
    fields.map((field) => {
      const operators = (getNamedType(field.type) as GraphQLInputObjectType).getFields();
      const type = getNamedType(operators['eq']?.type);
      const names = isEnumType(type)
        ? new Map(type.getValues().map(({ name, value }) => [name, value as unknown]))
        : undefined;
      return [field.name, { operators: Object.keys(operators), type: String(type), names }];
    }),
  );
}
