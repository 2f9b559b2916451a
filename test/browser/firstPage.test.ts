import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { reference, type ReferenceOptions } from '../../src/site/index.js';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

async function firstPage(health: ReferenceOptions['health'], accept: string): Promise<string> {
  const documents = [{ name: 'Platforms', url: '/openapi/platform.json' }];
  server = createServer(express().use(reference({ documents, version: '1.2.3', health, baseOf: () => '' })));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the server has no port');
  const response = await fetch(`http://127.0.0.1:${address.port}/`, { headers: { Accept: accept } });
  expect(response.status).toBe(200);
  return response.text();
}

test('says that the server is not ready, and why', async () => {
  const text = await firstPage(
    async () => ({ ready: false, detail: 'no database <yet> & "more"' }),
    'text/html',
  );
  expect(text).toContain('Not ready');
  expect(text).toContain('no database &lt;yet&gt; &amp; &quot;more&quot;');
  expect(text).toContain('1.2.3');
});

test('says so too when health cannot be read, without the reason', async () => {
  const text = await firstPage(
    () => Promise.reject(new Error('password of the database')),
    'application/json',
  );
  expect(JSON.parse(text)).toMatchObject({ ready: false, version: '1.2.3' });
  expect(text).not.toContain('password');
});
