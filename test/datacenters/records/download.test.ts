import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { useServer } from '../../support/useServer.js';
import { recordQueries } from '../inventory/support/queries.js';
import { insertDataCenter } from '../inventory/support/world.js';
import { ask, optimus, startClouds } from '../support/world.js';
import { CHUNK, insertWorkbook } from './support/stored.js';
import { download } from './support/world.js';

const server = useServer(async () => startClouds());

const MIB = 1_048_576;

/** The answer, of which nothing has been taken yet. */
async function begun(id: string): Promise<IncomingMessage> {
  const sent = request(`${server.url}/api/v1/record/download?id=${id}`, {
    headers: { authorization: server.token },
  });
  sent.on('error', () => undefined).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  onTestFinished(() => void response.destroy());
  return response;
}

/** When no more of it is read, how many chunks were. */
async function readChunks(found: readonly unknown[]): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = found.length === before && found.length > 0;
        before = found.length;
        return isStill;
      },
      { interval: 500, timeout: 20_000 },
    )
    .toBe(true);
  return found.length;
}

test.each([1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 2])(
  '%i bytes come as they are',
  async (size) => {
    const { id, content } = await insertWorkbook(server, await insertDataCenter(server), size);
    expect((await download(server, id)).equals(content)).toBe(true);
  },
);

test('a large one is read no faster than it is taken, and is whole in the end', async () => {
  const { id, content } = await insertWorkbook(server, await insertDataCenter(server), 32 * MIB);
  const { found, stop } = recordQueries(server.database, '"record_chunks"');
  onTestFinished(stop);
  const response = await begun(id);
  // What sockets hold is a few MiB.
  expect(await readChunks(found)).toBeLessThan(content.length / CHUNK / 2);
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const { data } = JSON.parse(Buffer.concat(parts).toString()) as { data: string };
  expect(Buffer.from(data, 'base64').equals(content)).toBe(true);
}, 120_000);

test('what is deleted while it is read is cut off, and never looks complete', async () => {
  const { id } = await insertWorkbook(server, await insertDataCenter(server), 24 * MIB);
  const response = await begun(id);
  await server.database.query('delete from records where id = $1', [id]);
  const taken = (async () => {
    for await (const _part of response);
  })();
  await expect(taken).rejects.toThrow('aborted');
}, 120_000);

test('what is gone before any of it is read is not found', async () => {
  const { id } = await insertWorkbook(server, await insertDataCenter(server), 5);
  // As when it is deleted after it was looked up.
  await server.database.query('delete from record_chunks where record_id = $1', [id]);
  const { status, body } = await optimus(server, 'GET', `/record/download?id=${id}`);
  expect([status, body]).toEqual([
    404,
    { status: false, code: 404, message: 'the record was deleted while it was read', data: null },
  ]);
});

test('whoever goes away is no failure, and HEAD reads nothing', async () => {
  const { id } = await insertWorkbook(server, await insertDataCenter(server), 24 * MIB);
  const { found, stop } = recordQueries(server.database, '"record_chunks"');
  onTestFinished(stop);
  const head = await fetch(`${server.url}/api/v1/record/download?id=${id}`, {
    method: 'HEAD',
    headers: { authorization: server.token },
  });
  expect([head.status, await head.text(), found.length]).toEqual([200, '', 0]);
  const before = server.log().length;
  const response = await begun(id);
  await readChunks(found);
  response.destroy();
  await expect.poll(() => server.log().slice(before)).toContain('"msg":"request"');
  expect(server.log().slice(before)).not.toContain('request failed');
}, 120_000);

interface Part {
  base64: string;
  next: number | null;
}

const PART = 'query ($id: ID!, $part: Int!) { recordWorkbook(id: $id, part: $part) { base64 next } }';

async function partOf(id: string, part: number): Promise<Part> {
  const { data, errors } = await ask<{ recordWorkbook: Part }>(server, PART, { id, part });
  expect(errors).toEqual([]);
  return data?.recordWorkbook ?? { base64: '', next: null };
}

test('GraphQL answers it in parts', async () => {
  const { id, content } = await insertWorkbook(server, await insertDataCenter(server), 3.5 * MIB);
  const parts: Buffer[] = [];
  for (let next: number | null = 0; next !== null;) {
    const part = await partOf(id, next);
    parts.push(Buffer.from(part.base64, 'base64'));
    next = part.next;
  }
  expect(parts.map(({ length }) => length)).toEqual([8 * CHUNK, 8 * CHUNK, content.length - 16 * CHUNK]);
  expect(Buffer.concat(parts).equals(content)).toBe(true);
  for (const part of [-1, 3]) {
    const { errors } = await ask(server, PART, { id, part });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'part', message: 'must be from 0 to 2' }],
    });
  }
});
