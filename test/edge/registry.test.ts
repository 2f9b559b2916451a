import { describe, expect, test } from 'vitest';
import { badInput } from '../../src/kernel/errors.js';
import { nodeState } from '../support/clusters.js';
import { uniqueName } from '../support/people.js';
import { ask, insertCluster, register, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({ CLUSTER_PATIENCE: '60' }, { background: true }));

const REGISTER =
  'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id name uid version isReady nodeCount failure labels } } }';
const UPDATE =
  'mutation ($input: UpdateClusterInput!) { updateCluster(input: $input) { cluster { id version isReady } } }';
const DELETE =
  'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id name } } }';

const registerAs = async (name: string, kubeconfig: string) =>
  ask<{ registerCluster: { cluster: Record<string, unknown> } }>(server, REGISTER, {
    input: { name, kubeconfig },
  });
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors[0]?.extensions.code;
const countOf = async (name: string) =>
  (await server.database.query('select id from clusters where name = $1', [name])).rows.length;

test('a cluster that answers is registered, its kubeconfig encrypted', async () => {
  const name = uniqueName('new');
  const fake = server.clusters.add(name);
  const { data, errors } = await registerAs(name, fake.kubeconfig);
  expect(errors).toEqual([]);
  expect(data?.registerCluster.cluster).toEqual({
    id: expect.any(String) as string,
    name,
    uid: fake.uid,
    version: 'v1.31.0',
    isReady: true,
    nodeCount: 0,
    failure: null,
    labels: [],
  });
  const { rows } = await server.database.query('select kubeconfig from clusters where name = $1', [name]);
  expect(rows[0]?.['kubeconfig']).toMatch(/^v1\./);
  expect(JSON.stringify(rows)).not.toContain(fake.kubeconfig);
  expect(server.log()).not.toContain(fake.kubeconfig);
});

test('what the preflight finds is told, and nothing is stored', async () => {
  const name = uniqueName('refused');
  const fake = server.clusters.add(name);
  const message = 'the cluster does not allow the account to list nodes';
  fake.refusal = badInput([{ path: 'kubeconfig', message }]);
  const refused = await registerAs(name, fake.kubeconfig);
  expect(refused.errors[0]).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.kubeconfig', message }] },
  });
  expect(codeOf(await registerAs(name, 'cluster: nowhere'))).toBe('UPSTREAM_UNREACHABLE');
  const unreadable = await registerAs(name, '{');
  expect(unreadable.errors[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'input.kubeconfig', message: 'is no kubeconfig' }],
  });
  expect(await countOf(name)).toBe(0);
});

test.each([
  ['name', { name: '' }],
  ['name', { name: 'x'.repeat(65) }],
  ['name', { name: 'nul\0' }],
  ['kubeconfig', { kubeconfig: '' }],
])('%s may not be %j', async (field, wrong) => {
  const input = { name: uniqueName('wrong'), kubeconfig: 'cluster: x', ...wrong };
  const { errors } = await ask(server, REGISTER, { input });
  expect(errors[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: `input.${field}` }],
  });
});

test('a name or a cluster that is known is a conflict; names differ by case', async () => {
  const { name, fake } = await register(server);
  const other = server.clusters.add(uniqueName('other'));
  expect(codeOf(await registerAs(name, other.kubeconfig))).toBe('CONFLICT');
  const again = await registerAs(uniqueName('again'), fake.kubeconfig);
  expect(again.errors[0]).toMatchObject({
    message: `this cluster is registered already, as "${name}"`,
    extensions: { code: 'CONFLICT' },
  });
  expect((await registerAs(name.toUpperCase(), other.kubeconfig)).errors).toEqual([]);
});

test('of registrations of one cluster at the same time one succeeds', async () => {
  const fake = server.clusters.add(uniqueName('raced'));
  const names = Array.from({ length: 6 }, () => uniqueName('race'));
  const answers = await Promise.all(names.map(async (name) => registerAs(name, fake.kubeconfig)));
  expect(answers.filter((answer) => codeOf(answer) === undefined)).toHaveLength(1);
  expect(answers.filter((answer) => codeOf(answer) === 'CONFLICT')).toHaveLength(5);
});

test('the kubeconfig is rotated, to the same cluster only', async () => {
  const { id, fake } = await register(server);
  fake.version = 'v1.32.0';
  const update = async (kubeconfig: string) => ask(server, UPDATE, { input: { id, kubeconfig } });
  const rotated = await update(`${fake.kubeconfig} user: second`);
  expect(rotated.data).toMatchObject({ updateCluster: { cluster: { version: 'v1.32.0', isReady: true } } });
  const other = server.clusters.add(uniqueName('other'));
  const { errors } = await update(other.kubeconfig);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'input.kubeconfig' }],
  });
  expect(codeOf(await ask(server, UPDATE, { input: { id: '999999', kubeconfig: fake.kubeconfig } }))).toBe(
    'NOT_FOUND',
  );
});

test('deleting forgets the cluster with its nodes, and its name is free', async () => {
  const { id, name, fake } = await register(server);
  fake.setNode(nodeState('n1'));
  const nodes = async () =>
    (await server.database.query('select name from nodes where cluster_id = $1', [id])).rows;
  await expect.poll(nodes).toEqual([{ name: 'n1' }]);
  expect((await ask(server, DELETE, { input: { id } })).data).toEqual({
    deleteCluster: { cluster: { id: String(id), name } },
  });
  expect(codeOf(await ask(server, DELETE, { input: { id } }))).toBe('NOT_FOUND');
  expect(await nodes()).toEqual([]);
  expect((await registerAs(name, fake.kubeconfig)).errors).toEqual([]);
});

test('every change is in the trail, without the kubeconfig', async () => {
  const { id, name, fake } = await register(server);
  await ask(server, UPDATE, { input: { id, kubeconfig: `${fake.kubeconfig} user: other` } });
  await ask(server, DELETE, { input: { id } });
  const { rows } = await server.database.query(
    `select action, before, after, actor_name from audit_events where object_type = 'Cluster' and object_id = $1 order by id`,
    [String(id)],
  );
  const whole = { name, uid: fake.uid, version: 'v1.31.0' };
  const [first, second] = [{ revision: 1 }, { revision: 2 }];
  expect(rows).toEqual([
    { action: 'cluster.registered', before: null, after: { ...whole, ...first }, actor_name: 'admin' },
    { action: 'cluster.updated', before: first, after: second, actor_name: 'admin' },
    { action: 'cluster.deleted', before: { ...whole, ...second }, after: null, actor_name: 'admin' },
  ]);
});

test('events and capacity come from the cluster; what it does not answer is null beside the rest', async () => {
  const { id, fake } = await register(server);
  for (const name of ['n1', 'n2']) fake.setNode(nodeState(name));
  await expect
    .poll(async () => (await ask(server, `{ cluster(id: "${id}") { nodeCount } }`)).data)
    .toEqual({ cluster: { nodeCount: 2 } });
  const lastSeenAt = new Date('2026-02-03T04:05:06.000Z');
  const event = {
    type: 'Warning',
    reason: 'Rebooted',
    message: 'm',
    subject: 'Node/n1',
    namespace: null,
    count: 2,
  };
  fake.events = [{ ...event, lastSeenAt }];
  const document = `{ cluster(id: "${id}") { name events(limit: 5) { type reason message subject namespace count lastSeenAt }
    capacity { allocatable { cpu memory } requested { cpu memory } } } }`;
  const allocatable = { cpu: 7, memory: 30 * 2 ** 30 };
  expect((await ask(server, document)).data).toEqual({
    cluster: {
      name: fake.name,
      events: [{ ...event, lastSeenAt: lastSeenAt.toISOString() }],
      capacity: { allocatable, requested: fake.requested },
    },
  });
  fake.setSilent(true);
  const silent = await ask(server, document);
  expect(silent.data).toEqual({
    cluster: { name: fake.name, events: null, capacity: { allocatable, requested: null } },
  });
  expect(silent.errors.map(({ extensions }) => extensions.code)).toEqual([
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_UNREACHABLE',
  ]);
});

describe('questions to clusters', () => {
  const requestedOf = async (id: number) =>
    ask<{ cluster: { capacity: { requested: unknown } } }>(
      server,
      `{ cluster(id: "${id}") { capacity { requested { cpu } } } }`,
    );

  test('that one holds up are bounded, and hold up none to another', async () => {
    const [slow, quick] = [await register(server), await register(server)];
    const { promise, resolve } = Promise.withResolvers<void>();
    slow.fake.held = promise;
    const codes: unknown[] = [];
    const asked = Array.from({ length: 60 }, async () => {
      const { errors } = await requestedOf(slow.id);
      codes.push(errors[0]?.extensions.code);
    });
    // Four are being answered, fifty wait.
    await expect.poll(() => codes).toEqual(Array(6).fill('RATE_LIMITED'));
    const reached = () => slow.fake.calls.filter((call) => call === 'requested').length;
    await expect.poll(reached).toBe(4);
    expect((await requestedOf(quick.id)).errors).toEqual([]);
    resolve();
    await Promise.all(asked);
    expect(codes.slice(6)).toEqual(Array(54).fill(undefined));
  });

  test('that count as dead are not asked', async () => {
    const { errors } = await requestedOf(await insertCluster(server, { seen: false }));
    expect(errors).toMatchObject([
      {
        message: 'the cluster counts as dead: it does not answer',
        extensions: { code: 'UPSTREAM_UNREACHABLE' },
      },
    ]);
  });
});
