import { afterAll, beforeAll, test } from 'vitest';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { ADMIN, type TestServer, startServer } from '../../support/server.js';

const samples = readSamples<Sample>(`${import.meta.dirname}/samples`);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The sample with the names of this server's administrator. */
const filled = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('$user', ADMIN.user).replaceAll('$password', ADMIN.password));

test.each(samples)('%s', async (_name, { request, response }) => {
  const headers = request.token ? { authorization: await server.adminToken() } : {};
  const body = request.body === undefined ? {} : { body: filled(request.body) };
  const answer = await send(server.url + request.path, { method: request.method, headers, ...body });
  await expectSample(answer, { status: response.status, body: filled(response.body) });
});
