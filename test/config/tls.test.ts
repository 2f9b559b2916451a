import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { certificateFlaw, readTls } from '../../src/config/tls.js';

const CERTIFICATES = join(import.meta.dirname, '../transmit/certificates');
const folder = mkdtempSync(join(tmpdir(), 'isthmus-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (passphrase?: string) =>
  privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
  });

const certificate = join(folder, 'server.pem');
copyFileSync(join(CERTIFICATES, 'server.pem'), certificate);
const key = join(CERTIFICATES, 'server.key');
const junk = file('junk', 'no PEM');
const otherKey = file('other.key', pem() as string);
const lockedKey = file('locked.key', pem('secret') as string);
const missing = join(folder, 'missing');

test('a certificate and its key are read, and none where none are named', () => {
  expect(readTls({ TLS_CERT: certificate, TLS_KEY: key })).toEqual({
    cert: readFileSync(certificate),
    key: readFileSync(key),
  });
  expect(readTls({ TLS_CERT: '', TLS_KEY: '' })).toBeUndefined();
});

test.each([
  [missing, key, `TLS_CERT ${missing} cannot be read: there is no such file or folder`],
  [certificate, missing, `TLS_KEY ${missing} cannot be read: there is no such file or folder`],
  [folder, key, `TLS_CERT ${folder} cannot be read: it is a folder`],
  [junk, key, `TLS_CERT ${junk} holds no certificate in PEM form`],
  [certificate, junk, `TLS_KEY ${junk} holds no private key in PEM form`],
  [
    certificate,
    lockedKey,
    `TLS_KEY ${lockedKey} holds no private key in PEM form, or one that needs a passphrase`,
  ],
  [
    certificate,
    otherKey,
    `TLS_KEY ${otherKey} is not the key of the first certificate in TLS_CERT ${certificate}`,
  ],
])('%s with %s is refused', (TLS_CERT, TLS_KEY, message) => {
  expect(() => readTls({ TLS_CERT, TLS_KEY })).toThrow(message);
});

test('a certificate out of its time is told of', () => {
  const { validFromDate, validToDate } = new X509Certificate(readFileSync(certificate));
  const at = (date: Date, milliseconds: number) =>
    certificateFlaw({ TLS_CERT: certificate, TLS_KEY: key }, new Date(date.getTime() + milliseconds));
  expect(at(validFromDate, -1)).toBe(
    `TLS_CERT ${certificate} is not valid before ${validFromDate.toISOString()}`,
  );
  expect([at(validFromDate, 0), at(validToDate, 0)]).toEqual([undefined, undefined]);
  expect(at(validToDate, 1)).toBe(`TLS_CERT ${certificate} is not valid since ${validToDate.toISOString()}`);
  expect(certificateFlaw({ TLS_CERT: '', TLS_KEY: '' }, new Date())).toBeUndefined();
});
