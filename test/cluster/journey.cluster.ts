import { expect, test } from 'vitest';
import { openSocket } from '../identity/support/socket.js';
import { type Person, ote, uniqueName } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { newWorld } from './world.js';

/** What a cluster may take for one step, in milliseconds. */
const PATIENCE = { timeout: 90_000, interval: 250 };

const server = useServer(() => startServer({}, { background: true }));

const APP = {
  appName: 'web',
  deployType: 'deployment',
  port: [{ port: 80 }],
  replicas: 2,
  minCPU: 1,
  maxCPU: 10,
  isHPA: false,
  targetCPUUtilization: 80,
  targetMemUtilization: 80,
  minMemory: 8,
  maxMemory: 64,
  maxUnavailable: 1,
  maxSurge: 1,
  minReadySeconds: 0,
};
const IMAGES = { '1.0': 'nginx:1.27', '1.1': 'nginx:1.28', '1.2': 'registry.invalid/bad/nginx:1.29' };

interface Deployment {
  status: string;
  version: string;
  running: number;
  error: number;
  total: number;
  targets: { nodes: { state: string; message: string; cluster: { name: string } }[] };
}

const DEPLOYMENT = `query ($id: ID!) { deployment(id: $id) { status version running error total
  targets { nodes { state message cluster { name } } } } }`;

async function shown({ token }: Person, id: number): Promise<Deployment | undefined> {
  const { data, errors } = await query<{ deployment: Deployment }>(server.url, DEPLOYMENT, {
    token,
    variables: { id: String(id) },
  });
  expect(errors).toEqual([]);
  return data?.deployment;
}

async function done(person: Person, method: string, path: string, body?: object): Promise<void> {
  expect(await ote(server, method, path, person.token, body)).toMatchObject({ status: 200 });
}

/** The change that waits for its audit. */
async function approve(auditor: Person): Promise<void> {
  const { data } = await ote(server, 'GET', '/admin/deploy', auditor.token);
  const [waiting] = data as { id: number; status: number }[];
  expect(waiting).toMatchObject({ status: 0 });
  await done(auditor, 'PUT', '/admin/deploy', { id: waiting?.id, status: 1, comment: 'fine' });
}

/** The statuses that a subscriber hears of, in order, each once. */
async function follow({ token }: Person, id: number): Promise<string[]> {
  const statuses: string[] = [];
  const { client } = await openSocket(server.url, token);
  client.subscribe(
    { query: `subscription { deploymentUpdated(id: "${id}") { status } }` },
    {
      next: ({ data }) => {
        const { status } = (data as { deploymentUpdated: { status: string } }).deploymentUpdated;
        if (statuses.at(-1) !== status) statuses.push(status);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return statuses;
}

test('an application is deployed to a cluster, upgraded, breaks, is rolled back and removed', async () => {
  const cluster = uniqueName('cluster');
  const { tenant, member: user } = await newWorld(server, cluster);
  const { admin } = tenant;
  for (const [version, image] of Object.entries(IMAGES))
    await done(user, 'POST', '/app', { ...APP, version, image });

  const deployName = uniqueName('web');
  await done(user, 'POST', '/deploy/install', {
    deployName,
    appName: APP.appName,
    version: '1.0',
    cluster: 'all',
    nodeLabel: 'all',
    comment: 'first',
  });
  const { data } = await ote(server, 'GET', '/deploy', user.token);
  const [listed] = data as { id: number }[];
  expect(listed).toMatchObject({ deployName, status: 0, deployType: 1, version: '1.0', editable: false });
  const id = listed?.id ?? 0;
  const statuses = await follow(user, id);

  await approve(admin);
  const running = { status: 'SUCCESS', running: 2, error: 0, total: 2 };
  await expect.poll(() => shown(user, id), PATIENCE).toMatchObject({ ...running, version: '1.0' });
  await expect.poll(() => statuses, PATIENCE).toEqual(expect.arrayContaining(['APPROVED', 'SUCCESS']));
  expect(await shown(user, id)).toMatchObject({
    targets: { nodes: [{ state: 'READY', message: '', cluster: { name: cluster } }] },
  });

  await done(user, 'POST', `/deploy/id/${id}`, { version: '1.1' });
  await approve(admin);
  await expect.poll(() => shown(user, id), PATIENCE).toMatchObject({ ...running, version: '1.1' });

  await done(user, 'POST', `/deploy/id/${id}`, { version: '1.2', comment: 'will not work' });
  await approve(admin);
  await expect
    .poll(() => shown(user, id), PATIENCE)
    .toMatchObject({
      version: '1.2',
      error: expect.any(Number),
      targets: { nodes: [{ message: expect.stringMatching(/ErrImagePull|ImagePullBackOff/) }] },
    });

  await done(user, 'PUT', `/deploy/id/${id}`, { version: '1.1', comment: 'back' });
  await approve(admin);
  await expect.poll(() => shown(user, id), PATIENCE).toMatchObject({ ...running, version: '1.1' });

  const history = await ote(server, 'GET', `/deploy/id/${id}?field=historyVersion`, user.token);
  expect(JSON.stringify(history.data)).toContain('1.2');

  await done(user, 'DELETE', `/deploy/id/${id}`);
  await approve(admin);
  await expect.poll(() => shown(user, id), PATIENCE).toMatchObject({ status: 'DELETED' });
});
