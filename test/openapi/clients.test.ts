import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CALLERS,
  PLATFORM,
  type Scene,
  type Tenants,
  createScene,
  createTenants,
} from '../identity/support/callers.js';
import { REST_MATRIX, type RestRow } from '../identity/support/matrix.rest.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { Contract, type Document } from '../support/contract.js';
import { type TestServer, startServer } from '../support/server.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';
import { GENERATED, run } from './tools.js';

const DOCUMENTS = ['all', 'platform', 'ote', 'optimus'];
const fileOf = (name: string) => `./generated/${name}.json`;

let server: TestServer;
let tenants: Tenants;
let document: Document;
beforeAll(async () => {
  server = await startServer({ SECRET_KEY, TRUSTED_NETWORKS: '10.9.9.0/24', LOGIN_FAILURES: '1000' });
  tenants = await createTenants(server);
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED);
  for (const name of DOCUMENTS) {
    const path = name === 'all' ? '/openapi.json' : `/openapi/${name}.json`;
    const text = await (await fetch(server.url + path)).text();
    writeFileSync(join(GENERATED, `${name}.json`), text);
    if (name === 'all') document = JSON.parse(text) as Document;
  }
});
afterAll(() => server.stop());

describe.each(DOCUMENTS)('the document %s', (name) => {
  test('pleases redocly', async () => {
    // Under which licence a deployment serves is its owner's to say.
    await run('redocly', 'lint', fileOf(name), '--skip-rule', 'info-license', '--max-problems', '1000');
  });

  test('pleases spectral', async () => {
    await run('spectral', 'lint', fileOf(name), '--fail-severity', 'hint');
  });
});

describe('generated clients', () => {
  beforeAll(async () => {
    for (const name of DOCUMENTS) {
      await run('openapi-typescript', fileOf(name), '-o', `./generated/${name}.types.ts`);
      await run('openapi-ts', '-i', fileOf(name), '-o', `./generated/${name}`, '-c', '@hey-api/client-fetch');
      await run(
        'orval',
        '--input',
        fileOf(name),
        '--output',
        `./generated/${name}.orval.ts`,
        '--client',
        'fetch',
      );
    }
  });

  test('compile', async () => {
    await run('tsc', '-p', 'tsconfig.json');
  });

  interface Outcome {
    error?: unknown;
    response?: Response;
  }
  type Call = (options: object) => Promise<Outcome>;

  const PREFIXES: Record<string, string> = { platform: '/sys/transmit', ote: '/v1', optimus: '/api/v1' };

  /** Of the last caller that may do it. */
  const allowed = async ({ expected }: RestRow): Promise<Scene> =>
    createScene(server, tenants, CALLERS[expected.split(' ').lastIndexOf('+')] ?? 'none');

  const rows = Object.entries(REST_MATRIX).filter(([operation]) => !operation.includes(': '));

  describe('run every operation', () => {
    let sdk: Record<string, Call>;
    let upstream: Upstream;
    let contract: Contract;
    beforeAll(async () => {
      sdk = (await import(join(GENERATED, 'all', 'sdk.gen.ts'))) as typeof sdk;
      upstream = await httpUpstream((request, response) => {
        request.resume().once('end', () => response.end(JSON.stringify({ method: request.method })));
      });
      contract = new Contract(document);
    });
    afterAll(() => upstream.close());

    const operationOf = (operation: string) => {
      const [system = '', method = '', template = ''] = operation.split(' ');
      const path = `${PREFIXES[system]}${template}`;
      const id = document.paths[path]?.[method.toLowerCase()]?.operationId ?? '';
      return { method, path, id };
    };

    test('of the document and no other', () => {
      const ids = rows.map(([operation]) => operationOf(operation).id);
      expect(Object.keys(sdk).toSorted()).toEqual(ids.toSorted());
    });

    test.each(rows)('%s', async (operation, row) => {
      const { method, path, id } = operationOf(operation);
      const scene = await allowed(row);
      await server.database.query('update platforms set port = $1 where id = $2', [upstream.port, PLATFORM]);
      const isForwarded = path.includes('{uri}');
      const params = row.params?.(scene) ?? {};
      const { error, response } =
        (await sdk[id]?.({
          baseUrl: server.url,
          auth: () => scene.token,
          path: params,
          ...(row.body ? { body: row.body(scene) } : {}),
          ...(isForwarded ? { headers: { 'Plat-Route-Id': PLATFORM } } : {}),
        })) ?? {};
      expect(error).toBeUndefined();
      expect([200, 201]).toContain(response?.status);
      expect(isForwarded).toBe(response?.headers.get('x-request-id') === null);
      expect(response?.url).toBe(
        server.url + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? ''),
      );
      expect(method === 'HEAD' || isForwarded || document.paths[path]).toBeTruthy();
    });
  });
});
