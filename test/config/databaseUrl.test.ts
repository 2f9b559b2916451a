import { expect, test } from 'vitest';
import { addressesOf, readDatabaseUrl, readDatabaseUrls } from '../../src/config/databaseUrl.js';

test.each([
  'postgres://host/database',
  'postgresql://user@host:5432/database',
  'postgres://user:p%40ss%2Fword@host/database?application_name=a%40b',
  'postgres://user:p@ss@[::1]/database',
  'postgres:///database?host=%2Frun%2Fpostgresql',
  'postgres://host/database?sslmode=disable',
  'postgres://host/database?sslmode=no-verify',
  'postgres://user:p%40ss@one:5432,[::1]:5433,three/database',
  'postgres://one,two/database?target_session_attrs=read-write',
  'postgres://host/database?target_session_attrs=primary',
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
  ['postgres://user:secret@one,two:port/database', 'postgres://'],
  ['postgres://user:secret@one,,two/database', 'postgres://'],
  ['postgres://user:secret@one,two/', 'database'],
  ['postgres://user:secret@one,two/database?target_session_attrs=standby', 'target_session_attrs'],
  ['postgres://user:secret@one/database?target_session_attrs=any', 'target_session_attrs'],
])('%s is refused without repeating any of it', (url, hint) => {
  expect(() => readDatabaseUrl(url)).toThrow(hint);
  expect(() => readDatabaseUrl(url)).not.toThrow(/sec|ret|12/);
});

test('several servers share all but their names and ports', () => {
  const url = readDatabaseUrl('postgres://user:p%40ss@one:5433,[::1],two/database?sslmode=require');
  expect(addressesOf(url)).toEqual([
    'postgres://user:p%40ss@one:5433/database?sslmode=verify-full',
    'postgres://user:p%40ss@[::1]/database?sslmode=verify-full',
    'postgres://user:p%40ss@two/database?sslmode=verify-full',
  ]);
  expect(addressesOf('postgres://one/database?target_session_attrs=primary&application_name=a')).toEqual([
    'postgres://one/database?application_name=a',
  ]);
  const plain = 'postgres://user:p@ss@host/database?application_name=x';
  expect(addressesOf(plain)).toEqual([plain]);
});

test('addresses to read from are separated by commas', () => {
  expect(readDatabaseUrls('')).toEqual([]);
  expect(readDatabaseUrls('postgres://one/database,postgresql://two:5433/database?sslmode=require')).toEqual([
    'postgres://one/database',
    'postgresql://two:5433/database?sslmode=verify-full',
  ]);
  expect(() => readDatabaseUrls('postgres://one,two/database')).toThrow('an address for each');
  expect(() => readDatabaseUrls('postgres://user:sec/ret@one/database')).toThrow('%2F');
});
