import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppService } from '../../src/domains/apps/app.service.js';
import { ChartService } from '../../src/domains/apps/chart.service.js';
import { toSpec } from '../../src/domains/apps/index.js';
import { AuditService } from '../../src/domains/identity/index.js';
import { type Tenant, newBusiness, ote } from '../support/people.js';
import { send } from '../support/rest.js';
import { type TestServer, startServer } from '../support/server.js';
import { CHART, formOf } from './support/charts.js';
import { APP, IMAGES, newApp } from './support/world.js';

let server: TestServer;
let tenant: Tenant;
const apps = new AppService(new AuditService(), IMAGES, []);
const charts = new ChartService(apps, 1);
beforeAll(async () => {
  server = await startServer({}, { images: IMAGES });
  tenant = await newBusiness(server);
});
afterAll(() => server.stop());

test('what runs is told of a version, found by its name', async () => {
  const values = { replicas: 3, GPU: 1, repositoryId: 'repo1', env: [{ name: 'A', value: 'b' }] };
  const id = await newApp(server, tenant, values);
  const em = server.database.fork();
  const found = await apps.findVersion(em, tenant.id, APP.appName, APP.version);
  expect(found && toSpec(found)).toEqual({
    appName: 'nginx1',
    version: '1.2',
    deployType: 'deployment',
    image: 'nginx:latest',
    repositoryId: 'repo1',
    command: '',
    ports: [{ port: 8080, hostPort: 9090 }],
    volumes: [],
    env: [{ name: 'A', value: 'b' }],
    replicas: 3,
    minReplicas: 3,
    maxReplicas: 3,
    minCPU: 10,
    maxCPU: 200,
    minMemory: 100,
    maxMemory: 200,
    gpu: 1,
    isHPA: false,
    targetCPUUtilization: 100,
    targetMemUtilization: 150,
    maxUnavailable: 1,
    maxSurge: 1,
    minReadySeconds: 10,
    hasChart: false,
  });
  expect(await apps.findVersion(em, tenant.id, APP.appName, '9.9')).toBeNull();
  expect(await apps.findVersion(em, tenant.id + 1, APP.appName, APP.version)).toBeNull();
  expect(await charts.contentOf(em, id)).toBeNull();
});

test('the content of a chart is told', async () => {
  const response = await send(`${server.url}/v1/app/chart`, {
    method: 'POST',
    headers: { authorization: tenant.admin.token },
    body: formOf({ appName: 'charted', version: '1.0', chart: CHART }),
  });
  expect(response.status).toBe(200);
  const em = server.database.fork();
  const found = await apps.findVersion(em, tenant.id, 'charted', '1.0');
  expect(found && toSpec(found)).toMatchObject({ hasChart: true, image: '' });
  expect(await charts.contentOf(em, found?.id ?? 0)).toEqual(CHART);
  await ote(server, 'DELETE', '/app', tenant.admin.token, { appId: [found?.id] });
  expect(await charts.contentOf(server.database.fork(), found?.id ?? 0)).toBeNull();
});
