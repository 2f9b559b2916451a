import { beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readSecrets } from '../../src/config/secretKey.js';
import { type Apps, toSpec } from '../../src/domains/apps/index.js';
import { createLogger } from '../../src/log/logger.js';
import { createServices } from '../../src/services.js';
import { SECRET_KEY } from '../identity/support/world.js';
import { type Tenant, newBusiness, ote } from '../support/people.js';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { CHART, formOf } from './support/charts.js';
import { APP, newApp, newRepository } from './support/world.js';

const server = useServer(async () => startServer({ SECRET_KEY }));
let tenant: Tenant;
let apps: Apps['apps'];
let chartFiles: Apps['chartFiles'];
beforeAll(async () => {
  tenant = await newBusiness(server);
  await newRepository(server, tenant);
  const config = readConfig({ SECRET_KEY });
  const logger = createLogger('silent', { write: () => undefined });
  const opened = { database: server.database, secrets: readSecrets(config) };
  const services = await createServices(config, opened, { logger, requests: logger });
  ({ apps, chartFiles } = services.apps);
});

test('what runs is told of a version, found by its name', async () => {
  const values = { replicas: 3, GPU: 1, repositoryId: 'repo1', env: [{ name: 'A', value: 'b' }] };
  await newApp(server, tenant, values);
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
  expect(found?.chartDigest).toBeNull();
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
  const digest = found?.chartDigest ?? '';
  expect(await chartFiles.contentOf(em, digest)).toEqual(CHART);
  await ote(server, 'DELETE', '/app', tenant.admin.token, { appId: [found?.id] });
  expect(await chartFiles.contentOf(server.database.fork(), digest)).toBeNull();
});
