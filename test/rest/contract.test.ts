import { beforeAll, expect, test } from 'vitest';
import { type CallerKind, type Tenants, createScene, createTenants } from '../identity/support/callers.js';
import { breachesIn, documentedRows, requestOf } from '../identity/support/matrix.requests.js';
import { REST_MATRIX } from '../identity/support/matrix.rest.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { useServer } from '../support/useServer.js';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';

const server = useServer(() =>
  startServer({ SECRET_KEY, TRUSTED_NETWORKS: '10.9.9.0/24', LOGIN_FAILURES: '1000' }),
);
let tenants: Tenants;
beforeAll(async () => {
  tenants = await createTenants(server);
});

const sceneOf = (kind: CallerKind) => createScene(server, tenants, kind);

/** Above BODY_LIMIT. */
const LARGE = JSON.stringify({ name: 'x'.repeat(1_100_000) });

test.each(documentedRows.filter(([, { body }]) => body))(
  '%s answers a body that is none, of another type or too large what its document says',
  async (operation, row) => {
    const request = requestOf(operation, row, await sceneOf('system administrator'));
    const { method, headers } = request;
    for (const [type, body] of [
      ['application/json', '{'],
      ['application/json', '[]'],
      ['text/plain', '{}'],
      ['application/json', LARGE],
    ] as const) {
      const options = { method, headers: { ...headers, 'content-type': type }, body };
      const answer = await send(server.url + request.path, options);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await breachesIn(request, answer)).toEqual([]);
    }
  },
);

test('too many sign-ups are refused as the documents say', async () => {
  const strict = await startServer({ SIGN_UPS: '1' });
  const requests = ['ote POST /user', 'optimus POST /sign'].map((operation) => {
    const row = REST_MATRIX[operation];
    if (!row) throw new Error(`there is no ${operation}`);
    return async () => {
      const request = requestOf(operation, row, await sceneOf('none'));
      const { method, body } = request;
      return { request, answer: await send(strict.url + request.path, { method, body }) };
    };
  });
  try {
    const answers = [];
    for (const ask of [...requests, ...requests]) answers.push(await ask());
    expect(answers.map(({ answer }) => answer.status)).toContain(429);
    for (const { request, answer } of answers) expect(await breachesIn(request, answer)).toEqual([]);
  } finally {
    await strict.stop();
  }
});
