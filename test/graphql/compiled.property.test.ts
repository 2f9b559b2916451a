import fc from 'fast-check';
import {
  type GraphQLSchema,
  buildSchema,
  execute,
  getOperationAST,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { compileOperation } from '../../src/graphql/execution/compiled.js';

const SCHEMA = buildSchema(`
  interface Named { name: String }
  union Thing = User | Pet
  type Query { user(id: Int = 1): User users(first: Int): [User!] things: [Thing] named: [Named!]! }
  type User implements Named { id: ID! name: String friend: User friends(first: Int = 2): [User!]! pet: Pet broken: String }
  type Pet implements Named { id: ID! name: String owner: User toys: [[String]] }
`);

/** Users and pets without end, some of which are null or fail. */
function resolvers(schema: GraphQLSchema): GraphQLSchema {
  const user = (id: number) => ({ __typename: 'User', id, name: id % 3 === 0 ? null : `user ${id}` });
  const pet = (id: number) => ({ __typename: 'Pet', id, name: `pet ${id}`, toys: [['ball', null], null] });
  type Source = { id: number };
  type Resolve = (source: Source, args: { id?: number; first?: number | null }) => unknown;
  const fields: Record<string, Record<string, Resolve>> = {
    Query: {
      user: (_source, { id = 1 }) => user(id),
      users: (_source, { first }) => Array.from({ length: first ?? 2 }, (_, index) => user(index)),
      things: () => [user(1), pet(2), null],
      named: () => [pet(3), user(4)],
    },
    User: {
      friend: async ({ id }) => (id % 4 === 3 ? null : user(id + 1)),
      friends: ({ id }, { first }) => Array.from({ length: first ?? 1 }, (_, index) => user(id + index)),
      pet: ({ id }) => (id % 2 === 0 ? null : pet(id)),
      broken: () => {
        throw new Error('broken');
      },
    },
    Pet: { owner: ({ id }) => user(id) },
  };
  for (const [type, resolve] of Object.entries(fields)) {
    const found = schema.getType(type);
    if (!isObjectType(found)) throw new Error(`there is no ${type}`);
    for (const [name, each] of Object.entries(resolve)) {
      const field = found.getFields()[name];
      if (field) field.resolve = each as never;
    }
  }
  return schema;
}
const schema = resolvers(SCHEMA);

/** Fields by type: how each is written, and of which type what is below it is. */
const FIELDS: Record<string, [string, string?][]> = {
  Query: [
    ['user', 'User'],
    ['a: user(id: 3)', 'User'],
    ['b: user(id: $id)', 'User'],
    ['users(first: $first)', 'User'],
    ['things', 'Thing'],
    ['named', 'Named'],
    ['__typename'],
  ],
  User: [
    ['id'],
    ['name'],
    ['alias: name'],
    ['friend', 'User'],
    ['friends', 'User'],
    ['c: friends(first: $first)', 'User'],
    ['pet', 'Pet'],
    ['broken'],
    ['__typename'],
  ],
  Pet: [['id'], ['name'], ['toys'], ['owner', 'User']],
  Thing: [['__typename']],
  Named: [['name'], ['__typename']],
};
/** On which types a fragment makes sense within a type. */
const WITHIN: Record<string, string[]> = {
  Query: ['Query'],
  User: ['User', 'Named'],
  Pet: ['Pet', 'Named', 'Thing'],
  Thing: ['User', 'Pet', 'Thing'],
  Named: ['User', 'Pet', 'Named'],
};
const FRAGMENTS = Object.keys(FIELDS).flatMap((type) =>
  [0, 1].map((number) => ({ name: `${type}${number}`, type })),
);
const DEPTH = 3;

const condition = fc.constantFrom(
  ...['', '', '', '@include(if: $x)', '@skip(if: $x)', '@include(if: $y)', '@skip(if: $y) @include(if: $x)'],
  ...['@skip(if: true)', '@include(if: false)', '@skip(if: false)'],
);

/** A selection set on a type; the fragments after `from` may be spread, so that none contains itself. */
function selections(type: string, depth: number, from: number): fc.Arbitrary<string> {
  const leaves = (FIELDS[type] ?? []).filter(([, below]) => below === undefined || depth > 0);
  const field = fc.constantFrom(...leaves).chain(([text, below]) => {
    const inner = below === undefined ? fc.constant('') : selections(below, depth - 1, from);
    return fc.tuple(condition, inner).map(([given, set]) => `${text} ${given} ${set}`);
  });
  const types = WITHIN[type] ?? [];
  const inline = fc
    .constantFrom(...types)
    .chain((on) =>
      fc
        .tuple(condition, selections(on, depth - 1, from))
        .map(([given, set]) => `... on ${on} ${given} ${set}`),
    );
  const spreads = FRAGMENTS.slice(from).filter((fragment) => types.includes(fragment.type));
  const spread = () =>
    fc
      .tuple(fc.constantFrom(...spreads.map(({ name }) => name)), condition)
      .map(([name, given]) => `...${name} ${given}`);
  const all = [field, field, ...(depth > 0 ? [inline] : []), ...(spreads.length > 0 ? [spread()] : [])];
  return fc.array(fc.oneof(...all), { minLength: 1, maxLength: 4 }).map((list) => `{ ${list.join(' ')} }`);
}

/** A document that uses all its fragments and variables. */
const documents = fc
  .tuple(selections('Query', DEPTH, 0), ...FRAGMENTS.map(({ type }, index) => selections(type, 1, index + 1)))
  .map(([query, ...sets]) => {
    const fragments = FRAGMENTS.map(({ name, type }, index) => `fragment ${name} on ${type} ${sets[index]}`);
    return `query ($x: Boolean!, $y: Boolean = true, $id: Int, $first: Int) ${query} ${fragments.join('\n')}`;
  });

const variables = fc.record(
  {
    x: fc.boolean(),
    y: fc.boolean(),
    id: fc.integer({ min: 0, max: 9 }),
    first: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ['x'] },
);

/** As a client sees it, whatever the order of failures that come at once. */
function told({ data, errors = [] }: Awaited<ReturnType<typeof execute>>) {
  const all = errors.map(({ message, path, locations }) => JSON.stringify({ message, path, locations }));
  return { data: JSON.parse(JSON.stringify(data)) as unknown, errors: all.toSorted() };
}

test('a compiled query answers what graphql-js answers, whatever is left out of it', async () => {
  let valid = 0;
  await fc.assert(
    fc.asyncProperty(documents, variables, async (text, given) => {
      const document = parse(text);
      const matters = ({ message }: { message: string }) => !/is never used/.test(message);
      fc.pre(!validate(schema, document).some(matters));
      valid += 1;
      const operation = getOperationAST(document);
      const coerced = { y: true, ...given };
      const run = operation && compileOperation(schema, document, operation, coerced);
      if (!run) throw new Error('the query is not compiled');
      const expected = await execute({ schema, document, variableValues: given });
      expect(told(await run({}, coerced))).toEqual(told(expected));
    }),
    { numRuns: 400 },
  );
  expect(valid).toBeGreaterThanOrEqual(400);
});
