import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/domains/edge/clusters/cluster.port.js';
import { newBusiness, newMember } from '../support/people.js';
import { ask, register, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge());

function eventOf(subject: string, namespace: string | null, lastSeenAt: Date | null): ClusterEvent {
  return { type: 'Normal', reason: 'Tested', message: subject, subject, namespace, count: 1, lastSeenAt };
}

async function subjectsSeenBy(token: string, clusterId: number, limit = 20): Promise<string[] | undefined> {
  const document = `{ cluster(id: "${clusterId}") { events(limit: ${limit}) { subject } } }`;
  const { data, errors } = await ask<{ cluster: { events: { subject: string }[] } }>(
    server,
    document,
    {},
    token,
  );
  expect(errors).toEqual([]);
  return data?.cluster.events.map(({ subject }) => subject);
}

test("a business sees its own events and the cluster's, the system administrator all", async () => {
  const { id, fake } = await register(server);
  const [one, other] = [await newBusiness(server), await newBusiness(server)];
  const now = new Date();
  fake.events = [
    eventOf('Pod/others', `ns${other.id}`, now),
    eventOf('Pod/system', 'kube-system', now),
    eventOf('Pod/own', `ns${one.id}`, now),
    eventOf('Node/worker-1', null, now),
    eventOf('Pod/own-too', `ns${one.id}`, now),
  ];
  const member = await newMember(server, one);
  for (const { token } of [one.admin, member]) {
    expect(await subjectsSeenBy(token, id)).toEqual(['Pod/own', 'Node/worker-1', 'Pod/own-too']);
    expect(await subjectsSeenBy(token, id, 2)).toEqual(['Pod/own', 'Node/worker-1']);
  }
  expect(await subjectsSeenBy(other.admin.token, id)).toEqual(['Pod/others', 'Node/worker-1']);
  expect(await subjectsSeenBy(server.token, id)).toEqual(fake.events.map(({ subject }) => subject));
});

test('an event of no known kind and time is shown as such', async () => {
  const { id, fake } = await register(server);
  fake.events = [{ ...eventOf('Node/worker-1', null, null), type: '' }];
  const { data, errors } = await ask(
    server,
    `{ cluster(id: "${id}") { events { type subject lastSeenAt } } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    cluster: { events: [{ type: '', subject: 'Node/worker-1', lastSeenAt: null }] },
  });
});
