import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installQueue } from '../../src/domains/jobs/queue.js';
import { EXAMPLES, Keys, operationNameOf } from '../../src/site/playground/client/examples/index.js';
import { ADMIN, query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startServer({ ADMIN_USER: ADMIN.user, ADMIN_PASSWORD: ADMIN.password }));
const keys = new Keys();

let upstream: Awaited<ReturnType<typeof httpUpstream>>;
beforeAll(async () => {
  // What works in the background makes its tables later than the server answers.
  await installQueue(server.database.native, pino({ level: 'silent' }));
  upstream = await httpUpstream((_request, response) => response.end('{}'));
});
afterAll(() => upstream.close());

const operations = EXAMPLES.filter(({ query: document }) => !document.includes('\nsubscription ')).map(
  ({ query: document, variables = {}, wants = {} }) => ({
    name: operationNameOf(document) ?? '',
    document,
    variables,
    wants,
  }),
);

/** What an example leaves to whoever tries it. */
function givenTo(name: string, variables: Record<string, unknown>): unknown {
  if (name === 'LogIn') return { input: ADMIN };
  if (name === 'RegisterPlatform') return { input: { ...Object(variables['input']), port: upstream.port } };
  return variables;
}

describe.each(operations)('the example $name', ({ name, document, variables, wants }) => {
  test('works after one log-in, with the keys that earlier ones have shown', async () => {
    const filled = keys.fillIn(givenTo(name, variables), wants) as object;
    const answer = await query(server.url, document, {
      token: await server.adminToken(),
      variables: filled,
    });
    // A kubeconfig is its owner's to give; there is no cluster yet whose key could be shown.
    const isLacking = name === 'RegisterCluster' || JSON.stringify(filled) === '{"cluster":""}';
    const codes = answer.errors.map(({ extensions }) => extensions.code);
    expect(codes).toEqual(isLacking ? ['BAD_USER_INPUT'] : []);
    keys.learn(answer);
  });
});

test('keys go to the places that are empty, and to no other', () => {
  const seen = new Keys();
  seen.learn({ data: { platforms: { nodes: [{ id: 'p1' }, { id: 'p2' }] }, clusters: { nodes: [] } } });
  seen.learn({ data: null });
  const wants = { a: 'platform', 'b.c': 'platform', d: 'cluster', 'e.f': 'platform' } as const;
  expect(seen.fillIn({ a: '', b: { c: 'mine' }, d: '' }, wants)).toEqual({
    a: 'p1',
    b: { c: 'mine' },
    d: '',
  });
});

test('every example has a name of its own', () => {
  const names = EXAMPLES.map(({ query: document }) => operationNameOf(document));
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(names.length);
});
