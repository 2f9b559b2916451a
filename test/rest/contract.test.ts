import { afterAll, beforeAll, expect, test } from 'vitest';
import { UNBUILT } from '../../src/modules.js';
import { restSystems } from '../../src/surfaces.js';
import {
  CALLERS,
  type CallerKind,
  type Scene,
  type Tenants,
  createScene,
  createTenants,
} from '../identity/support/callers.js';
import { REST_MATRIX, type RestRow } from '../identity/support/matrix.rest.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { Contract, readDocument } from '../support/contract.js';
import { send } from '../support/rest.js';
import { type TestServer, startServer } from '../support/server.js';

const systems = restSystems(UNBUILT, { SIGN_AUTO_APPROVE: false });
const contracts = {
  platform: new Contract(readDocument('platform')),
  ote: new Contract(readDocument('ote')),
  optimus: new Contract(readDocument('optimus')),
};

let server: TestServer;
let tenants: Tenants;
beforeAll(async () => {
  server = await startServer({ SECRET_KEY, TRUSTED_NETWORKS: '10.9.9.0/24', LOGIN_FAILURES: '1000' });
  tenants = await createTenants(server);
});
afterAll(() => server.stop());

interface Request {
  system: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: object | undefined;
}

function requestOf(operation: string, { params, body }: RestRow, scene: Scene): Request {
  const [system = '', method = '', template = ''] = (operation.split(': ')[0] ?? '').split(' ');
  const values = params?.(scene) ?? {};
  const below = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
  const prefix = systems[system as keyof typeof systems].dialect.prefixes[0];
  const header = system === 'platform' ? 'x-access-token' : 'authorization';
  return {
    system,
    method,
    path: prefix + below,
    headers: scene.token === undefined ? {} : { [header]: scene.token },
    body: body?.(scene),
  };
}

async function breachesIn({ system, method, path }: Request, answer: Response): Promise<string[]> {
  const { status, headers } = answer;
  return contracts[system as keyof typeof systems].breachesIn({
    method,
    path,
    status,
    headers,
    text: await answer.text(),
  });
}

/** Forwarded answers are the platform's own. */
const rows = Object.entries(REST_MATRIX).filter(([operation]) => !operation.includes('{uri}'));

const sceneOf = (kind: CallerKind) => createScene(server, tenants, kind);

test.each(rows)('%s answers every caller what its document says', async (operation, row) => {
  for (const kind of CALLERS) {
    const request = requestOf(operation, row, await sceneOf(kind));
    const { method, headers, body } = request;
    const answer = await send(server.url + request.path, { method, headers, body });
    expect(await breachesIn(request, answer)).toEqual([]);
  }
});

test.each(rows.filter(([, { body }]) => body))(
  '%s answers a body that is none, of another type or too large what its document says',
  async (operation, row) => {
    const request = requestOf(operation, row, await sceneOf('system administrator'));
    const { method, headers } = request;
    for (const [type, body] of [
      ['application/json', '{'],
      ['application/json', '[]'],
      ['text/plain', '{}'],
      ['application/json', JSON.stringify({ name: 'x'.repeat(2_000_000) })],
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
