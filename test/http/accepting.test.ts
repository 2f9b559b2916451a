import { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../support/server.js';

test('a connection that the system cannot accept, such as for want of memory, ends nothing but itself', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  onTestFinished(() => listen.mockRestore());
  const server = await startServer();
  onTestFinished(async () => server.stop());
  const [http, ...others] = listen.mock.contexts.filter((each) => each instanceof HttpServer);
  expect(others).toEqual([]);
  const error = Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' });
  for (let count = 0; count < 3; count += 1) http?.emit('error', error);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
