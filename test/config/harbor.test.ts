import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { readHarbor } from '../../src/config/harbor.js';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-harbor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const wrong = join(folder, 'wrong.pem');
writeFileSync(wrong, 'no certificate');
const ca = new URL('../transmit/certificates/ca.pem', import.meta.url).pathname;

test('an image repository has an address, and perhaps an authority of its own', () => {
  expect(readHarbor(readConfig({}))).toEqual({ url: '', ca: undefined });
  const found = readHarbor(readConfig({ HARBOR_URL: 'https://harbor.example.org:8443/', HARBOR_CA: ca }));
  expect(found.url).toBe('https://harbor.example.org:8443');
  expect(found.ca).toContain('BEGIN CERTIFICATE');
});

test.each(['harbor.example.org', 'ftp://h', 'https://h/path', 'https://u:p@h', 'https://h?x', 'https:// h'])(
  'HARBOR_URL=%s is refused',
  (HARBOR_URL) => {
    expect(() => readHarbor(readConfig({ HARBOR_URL }))).toThrow(/HARBOR_URL/);
  },
);

test.each([
  [{ HARBOR_CA: join(folder, 'none.pem') }, /HARBOR_CA .*no such file/],
  [{ HARBOR_CA: wrong }, /HARBOR_CA .*no certificate/],
  [{ HARBOR_ADMIN_USER: 'admin' }, /go together/],
  [{ HARBOR_ADMIN_PASSWORD: 'Harbor12345' }, /go together/],
])('%j is refused', (environment, message) => {
  expect(() => readHarbor(readConfig(environment))).toThrow(message);
});
