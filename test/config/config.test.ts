import { expect, test } from 'vitest';
import { describeSettings, readConfig } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';

test('the defaults are valid and frozen', () => {
  const config = readConfig({});
  expect(Object.keys(config)).toEqual(Object.keys(SETTINGS));
  expect(config).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 11_000,
    TRUSTED_NETWORKS: ['127.0.0.0/8', '::1/128'],
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('an empty variable is the default', () => {
  expect(readConfig({ PORT: '' }).PORT).toBe(11_000);
});

test('seconds are held in milliseconds, lists without spaces', () => {
  const config = readConfig({
    TRANSMIT_CONNECT_TIMEOUT: '0.5',
    CORS_ORIGINS: ' https://a.org, ,https://b.org ',
  });
  expect(config.TRANSMIT_CONNECT_TIMEOUT).toBe(500);
  expect(config.CORS_ORIGINS).toEqual(['https://a.org', 'https://b.org']);
});

test.each([
  ['PORT', '65536'],
  ['PORT', '1.5'],
  ['PORT', '0x10'.repeat(9)],
  ['TRANSMIT_CONNECT_TIMEOUT', '-1'],
  ['TRANSMIT_CONNECT_TIMEOUT', 'soon'],
  ['GRAPHQL_INTROSPECTION', 'maybe'],
  ['TRUSTED_NETWORKS', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', 'proxy.example.org'],
  ['DATABASE_POOL', '1'],
  ['LOG_LEVEL', 'loud'],
  ['CORS_ORIGINS', 'ui.example.org'],
  ['DATABASE_URL', 'mysql://localhost/x'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test('the help tells of every setting and of no value that is set', () => {
  const help = describeSettings();
  for (const name of Object.keys(SETTINGS)) expect(help).toContain(name);
});

test('PostgreSQL needs a key that is given, since one in a folder may be gone with it', () => {
  const DATABASE_URL = 'postgres://user:hidden@host/database';
  expect(() => readConfig({ DATABASE_URL })).toThrow(/^SECRET_KEY must be given with DATABASE_URL.*openssl/);
  expect(readConfig({ DATABASE_URL, SECRET_KEY: 'x' })).toMatchObject({ DATABASE_URL });
});

test('all that is wrong is told on one line', () => {
  expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/^PORT .*; LOG_LEVEL .*[^\n]$/);
});
