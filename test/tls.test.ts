import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { expect, test } from 'vitest';
import { startServer } from './support/server.js';

const file = (name: string) => `${import.meta.dirname}/transmit/certificates/${name}`;

test('with a certificate the one port speaks HTTPS, to callers who trust it', async () => {
  const server = await startServer({ TLS_CERT: file('server.pem'), TLS_KEY: file('server.key') });
  try {
    expect(server.url).toMatch(/^https:/);
    const ask = (ca: Buffer | undefined) =>
      new Promise<string>((resolve, reject) => {
        get(`${server.url}/sys/transmit/v1/routes`, ca ? { ca } : {}, (answer) => {
          answer.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString()), reject);
        }).once('error', reject);
      });
    expect(await ask(readFileSync(file('ca.pem')))).toContain('"status":true');
    await expect(ask(undefined)).rejects.toThrow(/certificate/);
  } finally {
    await server.stop();
  }
});

test('a certificate that cannot be read stops the start', async () => {
  await expect(startServer({ TLS_CERT: '/nowhere/cert.pem', TLS_KEY: file('server.key') })).rejects.toThrow(
    /nowhere/,
  );
});
