import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { PATIENCE } from '../support/patience.js';
import { newMember, ote, uniqueName } from '../support/people.js';
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
