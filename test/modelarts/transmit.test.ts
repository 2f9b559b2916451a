import { describe, expect, test } from 'vitest';
import { OPERATIONS, operationOf } from '../support/modelarts/catalogue.js';
import { exampleOf } from '../support/modelarts/examples.js';
import { useServer } from '../support/useServer.js';
import { draftOf, register, startModelArts } from './support/world.js';

const world = useServer(async () => {
  const started = await startModelArts();
  const { server, token, fake } = started;
  const user = { ...fake.user, iamEndpoint: fake.url };
  return { ...started, byUser: await register(server, token, draftOf(fake, user)) };
});

async function send(id: string, isFull: boolean, platform: string, headers: Record<string, string> = {}) {
  world.fake.reset();
  const { method, target, mediaType, body } = exampleOf(operationOf(id), world.fake.projectId, isFull);
  const response = await fetch(`${world.server.url}/sys/transmit${target}`, {
    method,
    headers: {
      'Plat-Route-Id': platform,
      'X-Access-Token': world.token,
      ...(mediaType !== undefined && { 'Content-Type': mediaType }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), target };
}

describe.each([
  ['with all that they take, signed with the access key', true, 'signature'],
  ['with what they need, with a token of the user', false, 'token'],
])('through forwarding, %s', (_, isFull, by) => {
  test.each(OPERATIONS.map(({ operationId }) => operationId))('%s', async (id) => {
    const platform = isFull ? world.platformId : world.byUser;
    const { status, text, target } = await send(id, isFull, platform);
    expect(world.fake.refusals).toEqual([]);
    expect(world.fake.requests).toMatchObject([{ operation: id, target, by, status, answer: text }]);
    expect(status).toBeLessThan(300);
  });

  test('with one token for all', () => {
    expect(world.fake.iam.logIns).toBe(isFull ? 0 : 1);
  });
});

test("a caller's own signature or token goes on as it stands", async () => {
  for (const own of [
    { 'X-Auth-Token': 'of-the-caller' },
    {
      'X-Sdk-Date': '20260101T000000Z',
      Authorization: 'SDK-HMAC-SHA256 Access=mine, SignedHeaders=x-sdk-date, Signature=00',
    },
  ]) {
    const { status } = await send('listNotebooks', false, world.platformId, own);
    expect(status).toBe(401);
    const lower = Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]);
    expect(world.fake.requests).toMatchObject([
      { by: 'nobody', headers: Object.fromEntries(lower) as object },
    ]);
  }
});
