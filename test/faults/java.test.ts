import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { register } from '../http/connections.js';
import { ADMIN, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';

const run = promisify(execFile);

test("the JDK's HTTP client is answered at every door", async () => {
  const offers: unknown[] = [];
  const upstream = await httpUpstream((request, response) => {
    offers.push(request.headers.upgrade);
    request
      .toArray()
      .then((chunks) => response.end(`platform: ${Buffer.concat(chunks as Buffer[]).toString()}`), String);
  });
  const server = await startServer();
  try {
    const at = (path: string) => `${server.url}${path}`;
    const { stdout } = await run('java', [
      `${import.meta.dirname}/java/Client.java`,
      await register(server.url, upstream),
      ...['GET', at('/healthz'), ''],
      ...['GET', at('/sys/transmit/v1/routes'), ''],
      ...['POST', at('/v1/authorization'), JSON.stringify(ADMIN)],
      ...['POST', at('/graphql'), '{"query":"{viewer{name}}"}'],
      ...['GET', at('/sys/transmit/x'), ''],
      ...['POST', at('/sys/transmit/x'), '{"a":1}'],
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      '200 {"status":"ok"}',
      expect.stringMatching(/^200 .*"status":true/),
      expect.stringMatching(/^200 .*"token":"/),
      expect.stringMatching(/^200 \{"data":\{"viewer":null\}\}/),
      '200 platform: ',
      '200 platform: {"a":1}',
    ]);
    expect(offers).toEqual([undefined, undefined]);
  } finally {
    await server.stop();
    await upstream.close();
  }
});
