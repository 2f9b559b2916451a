import { expect, onTestFinished, test } from 'vitest';
import { USER_CHANGED } from '../../src/domains/identity/identity.topics.js';
import { ask } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { PATIENCE } from '../support/patience.js';
import { newBusiness, newMember, ote, uniqueName } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { audit, become, newApp, newClusters, request, show, startWorld, upgrade } from './support/world.js';

const world = useServer(async () => {
  const started = await startWorld();
  return { ...started, stop: () => started.server.stop() };
});

test('what a user has asked for goes on when the user is deleted, and tells it nothing more', async () => {
  const { server, tenant } = world;
  const member = await newMember(server, tenant);
  const appName = await newApp(world, ['1.0', '1.1']);
  const { label, clusters } = await newClusters(world, 2);
  const draft = { deployName: uniqueName('dep'), appName, version: '1.0', cluster: label };
  const { id } = await request(world, draft, member.token);
  const waiting = await request(world, { ...draft, deployName: uniqueName('dep') }, member.token);
  const socket = connect(server.url, { token: member.token });
  onTestFinished(() => socket.close());
  const { next } = socket.results<{ deploymentUpdated: { status: string } }>({
    query: 'subscription { deploymentUpdated { status } }',
  });
  const first = next();
  first.catch(() => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  for (const { fake } of clusters) fake.held = promise;
  await audit(world, id);
  const told = () => clusters.map(({ fake }) => fake.calls.some((call) => call.startsWith('apply ')));
  await expect.poll(told, PATIENCE).toEqual([true, true]);
  const { status } = await ote(server, 'DELETE', `/admin/user/${member.id}`, tenant.admin.token);
  expect(status).toBe(200);
  expect((await socket.closed).reason).toMatch(/token/);
  resolve();
  await become(world, id, 'SUCCESS');
  // It is audited, and upgraded by another, as before.
  await audit(world, waiting.id);
  await become(world, waiting.id, 'SUCCESS');
  await upgrade(world, id, '1.1');
  await expect.poll(async () => (await show(world, id)).version, PATIENCE).toBe('1.1');
  await become(world, id, 'SUCCESS');
  const { data, errors } = await ask<{
    deployment: { history: { nodes: { requestedBy: string | null }[] } };
  }>(
    server,
    `{ deployment(id: "${id}") { history { nodes { version requestedBy } } } }`,
    {},
    tenant.admin.token,
  );
  expect(errors).toEqual([]);
  expect(data?.deployment.history.nodes).toHaveLength(2);
});

test("what a user has asked for stays its business's when the user is moved to another, and is no longer the user's to see or change", async () => {
  const { server, tenant } = world;
  const [member, other] = [await newMember(server, tenant), await newBusiness(server)];
  const appName = await newApp(world, ['1.0', '1.1']);
  await newApp({ server, tenant: other }, ['1.0'], { appName });
  const { label, clusters } = await newClusters(world, 2);
  const draft = { deployName: uniqueName('dep'), appName, version: '1.0', cluster: label };
  const { id } = await request(world, draft, member.token);
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  for (const { fake } of clusters) fake.held = promise;
  await audit(world, id);
  const told = () => clusters.map(({ fake }) => fake.calls.some((call) => call.startsWith('apply ')));
  await expect.poll(told, PATIENCE).toEqual([true, true]);
  // As the approval of a business does it, which is all that moves users by itself.
  await server.database.query('update users set business_id = $1 where id = $2', [other.id, member.id]);
  await server.database.notifications.publish(server.database.fork(), USER_CHANGED, { userId: member.id });
  const seen = async () => (await ote(server, 'GET', `/deploy/id/${id}`, member.token)).status;
  await expect.poll(seen, PATIENCE).toBe(404);
  await expect(upgrade(world, id, '1.1', member.token)).rejects.toThrow('NOT_FOUND');
  resolve();
  await become(world, id, 'SUCCESS');
  // What is asked for from now on is the other business's, beside it under the same name.
  const second = await request(world, draft, member.token);
  await audit(world, second.id);
  await become(world, second.id, 'SUCCESS');
  const owned = [`ns${tenant.id}/${id}`, `ns${other.id}/${second.id}`];
  for (const { fake } of clusters) expect([...fake.workloads.objects.keys()]).toEqual(owned);
  await upgrade(world, id, '1.1', tenant.admin.token);
});
