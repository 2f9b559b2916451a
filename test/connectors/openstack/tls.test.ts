import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FakeLcm } from '../../support/openstack/lcm.js';
import { httpsUpstream } from '../../support/upstream.js';
import { CLOUD_KINDS } from './kinds.js';
import { loginTo, open, readAll, startFake } from './reading.js';

const CERTIFICATES = join(import.meta.dirname, '../../transmit/certificates');
const read = (name: string) => readFileSync(join(CERTIFICATES, name), 'utf8');
const OTHER = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';
const ca = read('ca.pem');

/** The same stand-in behind TLS; its catalog leads there. */
async function startSecure(): Promise<string> {
  const fake = await startFake();
  const front = await httpsUpstream(
    { cert: read('server.pem'), key: read('server.key') },
    (request, response) => {
      const { method, headers } = request;
      const asking = http.request(`${fake.url}${request.url}`, { method, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const { 'content-length': _length, 'transfer-encoding': _coding, ...kept } = answer.headers;
          response.writeHead(answer.statusCode ?? 0, kept);
          response.end(
            Buffer.concat(parts).toString().replaceAll(fake.url, `https://127.0.0.1:${front.port}`),
          );
        });
      });
      request.pipe(asking);
    },
  );
  onTestFinished(() => front.close());
  return `https://127.0.0.1:${front.port}/identity/v3`;
}

describe('certificates of the cloud are vouched for', () => {
  test('by those of the data center', async () => {
    const session = await open(await startSecure(), { ca });
    expect(await readAll(session, 'servers')).toHaveLength(2);
  });

  test('by the file that the openrc file names on the LCM', async () => {
    const authUrl = await startSecure();
    const lcm = new FakeLcm({ '/etc/ssl/cloud.pem': ca });
    const login = { ...loginTo(authUrl), caPath: '/etc/ssl/cloud.pem' };
    const session = await open(authUrl, { lcm, login });
    expect(await readAll(session, 'servers')).toHaveLength(2);
  });

  test.each([true, false])(
    'that are read once, and not for each connection, as that stops all else (directly: %s)',
    async (isHere) => {
      const authUrl = await startSecure();
      const made = vi.spyOn(tls, 'createSecureContext');
      onTestFinished(() => made.mockRestore());
      const session = await open(authUrl, { ca, lcm: new FakeLcm(), isHere });
      for (const kind of CLOUD_KINDS) await readAll(session, kind);
      expect(made.mock.calls.length).toBeLessThanOrEqual(1);
    },
  );

  test('through the LCM too', async () => {
    const authUrl = await startSecure();
    const lcm = new FakeLcm();
    const session = await open(authUrl, { ca, lcm, isHere: false });
    expect(await readAll(session, 'servers')).toHaveLength(2);
    expect(lcm.tunnelled.length).toBeGreaterThan(0);
  });
});

test.each([
  ['nobody', null],
  ['something that is no certificate', OTHER],
])('vouched for by %s they fail', async (_by, given) => {
  await expect(open(await startSecure(), { ca: given })).rejects.toMatchObject({
    name: 'DomainError',
    code: 'UPSTREAM_CERTIFICATE',
  });
});
