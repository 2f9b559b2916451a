import { beforeEach, test } from 'vitest';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { ADMIN, startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

const contract = new Contract(readDocument('optimus'));
const samples = readSamples<Sample>(`${import.meta.dirname}/samples`);

const server = useServer(() => startServer());
let tokens: { access_token: string; refresh_token: string };
beforeEach(async () => {
  const body = { name: ADMIN.user, password: ADMIN.password };
  const response = await send(`${server.url}/api/v1/login`, { method: 'POST', body });
  tokens = ((await response.json()) as { data: typeof tokens }).data;
});

test.each(samples)('%s', async (_name, { request, response }) => {
  const names = { $user: ADMIN.user, $password: ADMIN.password, $refreshToken: tokens.refresh_token };
  const text = Object.entries(names).reduce(
    (all, [name, value]) => all.replaceAll(name, value),
    JSON.stringify(request.body),
  );
  const answer = await send(server.url + request.path, {
    method: request.method,
    headers: request.token ? { authorization: tokens.access_token } : {},
    body: text,
  });
  await expectSample(answer, response, contract, request);
});
