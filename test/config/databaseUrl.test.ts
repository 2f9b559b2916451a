import { expect, test } from 'vitest';
import { readDatabaseUrl } from '../../src/config/databaseUrl.js';

test.each([
  'postgres://host/database',
  'postgresql://user@host:5432/database',
  'postgres://user:p%40ss%2Fword@host/database?application_name=a%40b',
  'postgres://user:p@ss@[::1]/database',
  'postgres:///database?host=%2Frun%2Fpostgresql',
  'postgres://host/database?sslmode=disable',
  'postgres://host/database?sslmode=no-verify',
])('%s is taken as it is', (url) => {
  expect(readDatabaseUrl(url)).toBe(url);
});

test.each(['require', 'verify-ca', 'verify-full'])('sslmode=%s checks the certificate', (mode) => {
  expect(readDatabaseUrl(`postgres://user:p%40ss@host/database?sslmode=${mode}`)).toBe(
    'postgres://user:p%40ss@host/database?sslmode=verify-full',
  );
});

test.each([
  ['mysql://user:secret@host/database', 'postgres://'],
  ['postgres://user:sec/ret@host/database', '%2F'],
  ['postgres://user:sec?ret@host/database', '%3F'],
  ['postgres://user:12#secret@host/database', '%23'],
  ['postgres://user:sec ret@host/database', 'percent-encoded'],
  ['postgres://user:sec%ret@host/database', '%25'],
  ['postgres://user:secret@host:port/database', 'postgres://'],
  ['postgres://user:secret@host', 'database'],
  ['postgres://user:secret@host/', 'database'],
  ['postgres://user:secret@host/database?sslmode=prefer', 'sslmode'],
])('%s is refused without repeating any of it', (url, hint) => {
  expect(() => readDatabaseUrl(url)).toThrow(hint);
  expect(() => readDatabaseUrl(url)).not.toThrow(/sec|ret|12/);
});
