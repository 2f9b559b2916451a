import { expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { ADMIN, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { SECRET_KEY, insertCaller } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY }));

const graph = (query: string, input: object) => ({
  method: 'POST',
  path: '/graphql',
  body: { query, variables: { input } },
});

test('answers with tokens, and refusals of them, are kept by no cache', async () => {
  const { token, refreshToken } = await insertCaller(server);
  const { user, password } = ADMIN;
  const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken refreshToken } }';
  const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';
  const requests = [
    { method: 'POST', path: '/v1/authorization', body: { user, password } },
    { method: 'POST', path: '/v1/authorization', body: { user, password: 'wrong' } },
    { method: 'PUT', path: '/v1/authorization', headers: { authorization: token } },
    { method: 'POST', path: '/api/v1/login', body: { name: user, password } },
    { method: 'POST', path: '/api/ericic/v1/login', body: { name: user, password } },
    { method: 'POST', path: '/api/v1/refresh', body: { refresh_token: refreshToken } },
    { method: 'POST', path: '/api/v1/refresh', body: { refresh_token: 'unknown' } },
    graph(LOG_IN, { user, password }),
    graph(REFRESH, { refreshToken }),
  ];
  for (const { path, ...request } of requests) {
    const response = await send(server.url + path, request);
    expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store']);
  }
});
