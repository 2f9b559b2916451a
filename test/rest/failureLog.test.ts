import { beforeAll, expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startServer());
let token: string;
beforeAll(async () => {
  token = await server.adminToken();
});

/** What the log has of a request besides the line that each has. */
async function failureOf(path: string, options: Parameters<typeof send>[1] = {}) {
  const answer = await send(server.url + path, options);
  const requestId = answer.headers.get('x-request-id');
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes(String(requestId)))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    status: answer.status,
    text: await answer.text(),
    line: lines.find(({ msg }) => msg === 'request failed'),
  };
}

test('a request that fails is in the log with its code, operation and caller, under the id that it was answered with', async () => {
  const wrong = await failureOf('/v1/node/label', {
    method: 'POST',
    body: { nodeLabel: 'no label!' },
    headers: { authorization: token },
  });
  expect(wrong.status).toBe(422);
  expect(wrong.line).toMatchObject({
    level: 30,
    error: 'BAD_INPUT',
    user: 'admin',
    operation: 'addNodeLabel',
  });
  const unknown = await failureOf('/v1/cluster');
  expect(unknown.line).toMatchObject({ error: 'UNAUTHENTICATED', operation: 'listClusters' });
  const registry = await failureOf('/sys/transmit/v1/routes/nothing');
  expect(registry.line).toMatchObject({ error: 'NOT_FOUND' });
  const nowhere = await failureOf('/v1/nowhere');
  expect(nowhere.line).toMatchObject({ error: 'NO_SUCH_PATH' });
});

test('a defect is in the log whole, without what was sent', async () => {
  await server.database.query('alter table clusters rename column id to moved_away');
  const { status, text, line } = await failureOf('/v1/cluster?page=1&pageSize=17&label=S3cret', {
    headers: { authorization: token },
  });
  await server.database.query('alter table clusters rename column moved_away to id');
  expect(status).toBe(500);
  expect(text).toContain('internal error; ask whoever runs this server, and name the request id');
  expect(line).toMatchObject({ level: 50, error: 'INTERNAL', operation: 'listClusters', user: 'admin' });
  expect(JSON.stringify(line)).toContain('does not exist');
  expect(server.log()).not.toContain('S3cret');
});

test('what fails at no system’s path is told by the line about the request', async () => {
  const answer = await send(`${server.url}/nowhere`);
  expect(answer.status).toBe(404);
  const told = `"requestId":"${answer.headers.get('x-request-id')}"[^\\n]*"status":404[^\\n]*"error":"NO_SUCH_PATH"`;
  await expect.poll(() => server.log()).toMatch(new RegExp(told));
});
