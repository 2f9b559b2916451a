import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CALLERS,
  type CallerKind,
  DATA_CENTER,
  PLATFORM,
  type Scene,
  type Tenants,
  YAML_JOB,
  createScene,
  createTenants,
} from '../identity/support/callers.js';
import { REST_MATRIX, type RestRow } from '../identity/support/matrix.rest.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { useServer } from '../support/useServer.js';
import { FakeClouds } from '../support/clouds.js';
import { Contract, type Document } from '../support/contract.js';
import { FakeHarbor, HARBOR_ADMIN } from '../support/harbor/server.js';
import { startServer } from '../support/server.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';
import { GENERATED, complaintsOf, run } from './tools.js';

const DOCUMENTS = ['all', 'platform', 'ote', 'optimus'];
const fileOf = (name: string) => `./generated/${name}.json`;

const harbor = await FakeHarbor.start();
afterAll(() => harbor.close());
const clouds = new FakeClouds();
// That of the data center without an LCM.
Object.assign(clouds.add(''), { user: '', password: '' }).addHost('somewhere');
const server = useServer(() =>
  startServer(
    {
      SECRET_KEY,
      TRUSTED_NETWORKS: '10.9.9.0/24',
      LOGIN_FAILURES: '1000',
      HARBOR_URL: harbor.url,
      HARBOR_ADMIN_USER: HARBOR_ADMIN.user,
      HARBOR_ADMIN_PASSWORD: HARBOR_ADMIN.password,
    },
    { cloudConnector: clouds },
  ),
);
let tenants: Tenants;
let document: Document;
beforeAll(async () => {
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

describe.each(DOCUMENTS)('the document %s', (name) => {
  test('pleases redocly', async () => {
    // Under which licence a deployment serves is its owner's to say.
    expect(await complaintsOf('redocly', 'lint', fileOf(name), '--skip-rule', 'info-license')).toBe('');
  });

  test('pleases spectral', async () => {
    expect(await complaintsOf('spectral', 'lint', fileOf(name), '--fail-severity', 'hint')).toBe('');
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
    expect(await complaintsOf('tsc', '-p', 'tsconfig.json')).toBe('');
  });

  interface Outcome {
    data?: unknown;
    error?: unknown;
    response?: Response;
  }
  type Call = (options: object) => Promise<Outcome>;

  const PREFIXES: Record<string, string> = { platform: '/sys/transmit', ote: '/v1', optimus: '/api/v1' };

  /** Of the first caller that may do it, unless another is named. */
  const allowed = async ({ expected }: RestRow, caller?: CallerKind): Promise<Scene> =>
    createScene(server, tenants, caller ?? CALLERS[expected.split(' ').indexOf('+')] ?? 'none');

  const rows = Object.entries(REST_MATRIX).filter(([operation]) => !operation.includes(': '));

  describe('run every operation', () => {
    let sdk: Record<string, Call>;
    let upstream: Upstream;
    let contract: Contract;
    beforeAll(async () => {
      sdk = (await import(join(GENERATED, 'all', 'sdk.gen.ts'))) as typeof sdk;
      upstream = await httpUpstream((request, response) => {
        const answer = JSON.stringify({ method: request.method });
        request.resume().once('end', () => {
          response.setHeader('content-type', 'application/json').end(answer);
        });
      });
      contract = new Contract(document);
    });
    afterAll(() => upstream.close());

    interface About {
      caller?: CallerKind;
      query?: object;
      body?: object;
      before?: string;
    }
    /** What every approved user may ask, though only of a data center of their business. */
    const inCenter = (parameter: string) => (): About => ({
      caller: 'general user',
      query: { [parameter]: DATA_CENTER },
    });
    const ONLINE = 'update data_centers set mode = true';
    /** What calls are about whose row tells only who may make them; the image repository is as `fill` leaves it. */
    const ABOUT: Record<string, () => About> = {
      'ote GET /repository/image': () => ({ query: { projectName: 'filled' } }),
      'ote GET /repository/image/tag': () => ({ query: { imageName: 'filled/web' } }),
      'ote DELETE /repository/image': () => ({ body: { imageName: ['filled/web'] } }),
      'ote DELETE /repository/image/tag': () => ({ body: { imageName: 'filled/web', tag: ['v1'] } }),
      'ote POST /repository/user': () => ({ before: 'delete from harbor_accounts' }),
      'ote PUT /repository/user': () => ({ body: { password: 'Another-Pass-1' } }),
      'ote DELETE /repository/project': () => ({ body: { projectId: [projectId('empty')] } }),
      'optimus GET /connect_status': inCenter('cid'),
      'optimus GET /scheduler/task': inCenter('cid'),
      'optimus POST /scheduler/task': () => ({ before: ONLINE }),
      'optimus PUT /scheduler/task': () => ({ before: ONLINE }),
      'optimus GET /scheduler/task/history': inCenter('cid'),
      'optimus GET /infrastructure': inCenter('cid'),
      'optimus GET /config_data': inCenter('dc_id'),
      'optimus GET /nova_data': inCenter('dc_id'),
      'optimus GET /host_config_data': inCenter('dc_id'),
      'optimus GET /host_data': inCenter('dc_id'),
      'optimus POST /config/yaml_gen': () => ({ query: { site: 'GZ', cee_ver: '28', pjt_name: 'north' } }),
      'optimus GET /config/yaml_gen/result': () => ({ caller: 'general user', query: { id: YAML_JOB } }),
    };
    const projectId = (wanted: string) =>
      harbor.store.projects.find(({ name }) => name === wanted)?.project_id;

    /** Each operation finds all as no other has left it. */
    async function fill(): Promise<void> {
      harbor.reset();
      for (const name of ['filled', 'empty']) harbor.store.addProject(name, HARBOR_ADMIN.user);
      harbor.store.push('filled/web', ['v1', 'v2']);
      await server.database.query('delete from deployments');
    }

    /** Clients make forms themselves. */
    const asValue = (body: object): object => {
      if (!(body instanceof FormData)) return body;
      const all = Map.groupBy(body.entries(), ([name]) => name);
      return Object.fromEntries(
        [...all].map(([name, [first, ...more]]) => [name, more.length > 0 ? body.getAll(name) : first?.[1]]),
      );
    };

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
      await fill();
      const about = ABOUT[operation]?.() ?? {};
      const scene = await allowed(row, about.caller);
      await server.database.query('update platforms set port = $1 where id = $2', [upstream.port, PLATFORM]);
      const isForwarded = path.includes('{uri}');
      const params = row.params?.(scene) ?? {};
      if (about.before) await server.database.query(about.before);
      const body = about.body ?? row.body?.(scene);
      const { data, error, response } =
        (await sdk[id]?.({
          baseUrl: server.url,
          auth: () => scene.token,
          path: params,
          ...(about.query ? { query: about.query } : {}),
          ...(body ? { body: asValue(body) } : {}),
          ...(isForwarded ? { headers: { 'Plat-Route-Id': PLATFORM } } : {}),
        })) ?? {};
      expect(error).toBeUndefined();
      expect([200, 201]).toContain(response?.status);
      expect(isForwarded).toBe(response?.headers.get('x-request-id') === null);
      expect(response?.url.split('?')[0]).toBe(
        server.url + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? ''),
      );
      if (isForwarded) {
        expect(data).toEqual(method === 'HEAD' ? {} : { method });
      } else {
        const { status, headers } = response ?? Response.error();
        const text = JSON.stringify(data);
        expect(contract.breachesIn({ method, path, status, headers, text })).toEqual([]);
      }
    });
  });
});
