import type { GraphQLSchema } from 'graphql';
import { badInput } from '../kernel/errors.js';

const isKey = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function refersTo(types: ReadonlySet<string>, representation: unknown): boolean {
  if (typeof representation !== 'object' || representation === null) return false;
  const { __typename: type, ...keys } = representation as Record<string, unknown>;
  const values = Object.values(keys);
  return typeof type === 'string' && types.has(type) && values.length > 0 && values.every(isKey);
}

/** BAD_INPUT for representations that name no entity, which the subgraph library takes for a defect. */
export function checkRepresentations(schema: GraphQLSchema, entityTypes: readonly string[]): void {
  const types = new Set(entityTypes);
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (!field || !resolve) throw new Error('the graph has no entities');
  field.resolve = (source, args: { representations: unknown[] }, context, info) => {
    const wrong = args.representations.findIndex((representation) => !refersTo(types, representation));
    if (wrong === -1) return resolve(source, args, context, info);
    throw badInput([
      {
        path: `representations.${wrong}`,
        message: 'must hold the __typename of an entity of this graph and its key',
      },
    ]);
  };
}
