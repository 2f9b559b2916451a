import { expect, test } from 'vitest';
import { EXAMPLES, Keys, operationNameOf } from '../../src/site/playground/client/examples/index.js';
import { ADMIN, logIn, query, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';

const isSubscription = (document: string) => document.includes('\nsubscription ');

test('every example works after one log-in, with the keys that earlier ones have shown', async () => {
  const upstream = await httpUpstream((_request, response) => response.end('{}'));
  const server = await startServer({ ADMIN_USER: ADMIN.user, ADMIN_PASSWORD: ADMIN.password });
  try {
    const token = await logIn(server.url, ADMIN.user, ADMIN.password);
    const keys = new Keys();
    for (const { query: document, variables = {}, wants = {} } of EXAMPLES) {
      const name = operationNameOf(document);
      const given =
        name === 'RegisterPlatform'
          ? { input: { ...Object(variables['input']), port: upstream.port } }
          : name === 'LogIn'
            ? { input: ADMIN }
            : variables;
      if (isSubscription(document)) continue;
      const filled = keys.fillIn(given, wants) as object;
      const answer = await query(server.url, document, { token, variables: filled });
      // There is no cluster yet whose key could be shown.
      const isKeyMissing = Object(filled)['cluster'] === '';
      const codes = answer.errors.map(({ extensions }) => extensions.code);
      expect([name, codes]).toEqual([name, isKeyMissing ? ['BAD_USER_INPUT'] : []]);
      keys.learn(answer);
    }
    expect(keys.fillIn({ a: '', b: { c: 'mine' } }, { a: 'platform', 'b.c': 'platform' })).toEqual({
      a: expect.stringMatching(/^[0-9a-f-]{36}$/),
      b: { c: 'mine' },
    });
  } finally {
    await server.stop();
    await upstream.close();
  }
});

test('every example has a name of its own, and says what it is', () => {
  const names = EXAMPLES.map(({ query: document }) => operationNameOf(document));
  expect(names.every((name) => name !== undefined)).toBe(true);
  expect(new Set(names).size).toBe(names.length);
  for (const { query: document } of EXAMPLES) expect(document).toMatch(/^# \S/);
});
