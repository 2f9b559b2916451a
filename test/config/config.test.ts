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
  ['SHUTDOWN_TIMEOUT', '2592000'],
  ['TRANSMIT_IDLE_TIMEOUT', '4294967'],
  ['UNREAD_TIMEOUT', '1e12'],
  ['REFRESH_TOKEN_LIFETIME', '99999999999999'],
])('a %s of %s seconds, which no timer or instant holds, is refused', (name, seconds) => {
  expect(() => readConfig({ [name]: seconds })).toThrow(`${name} must be a number of seconds from`);
});

test.each(['authorization=Bearer%20a,b=', 'x-key=a%2Cb c'])(
  '%s are header fields',
  (OTEL_EXPORTER_OTLP_HEADERS) => {
    expect(readConfig({ OTEL_EXPORTER_OTLP_HEADERS }).OTEL_EXPORTER_OTLP_HEADERS.length).toBeGreaterThan(0);
  },
);

test.each(['=x', 'x-key=100%', 'x-key=a%2gb', 'x-key=é'])(
  '%s are no header fields',
  (OTEL_EXPORTER_OTLP_HEADERS) => {
    expect(() => readConfig({ OTEL_EXPORTER_OTLP_HEADERS })).toThrow(
      'OTEL_EXPORTER_OTLP_HEADERS has the wrong form',
    );
  },
);

test('a session may live for a month', () => {
  const { REFRESH_TOKEN_LIFETIME } = readConfig({ REFRESH_TOKEN_LIFETIME: '2592000' });
  expect(REFRESH_TOKEN_LIFETIME).toBe(2_592_000_000);
});

test('origins are held as browsers send them', () => {
  const given =
    'https://UI.Example.org, HTTPS://two.example.org:443, http://a.org:80, https://münchen.example, https://[::1]:8443/';
  expect(readConfig({ CORS_ORIGINS: given }).CORS_ORIGINS).toEqual([
    'https://ui.example.org',
    'https://two.example.org',
    'http://a.org',
    'https://xn--mnchen-3ya.example',
    'https://[::1]:8443',
  ]);
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
  ['TRUSTED_NETWORKS', 'none,10.0.0.0/8'],
  // Without any network, platforms may live anywhere.
  ['PLATFORM_NETWORKS', 'none'],
  ['DATABASE_POOL', '1'],
  ['LOG_LEVEL', 'loud'],
  ['CORS_ORIGINS', 'ui.example.org'],
  ['CORS_ORIGINS', 'https://*.example.org'],
  ['CORS_ORIGINS', 'https://ui.example.org, *'],
  ['CORS_ORIGINS', 'https://ui.example.org/app'],
  ['CORS_ORIGINS', 'https://user@ui.example.org'],
  ['CORS_ORIGINS', 'https://ui.example.org?'],
  ['CORS_ORIGINS', 'https://ui.example.org:99999'],
  ['CORS_ORIGINS', 'ftp://ui.example.org'],
  ['DATABASE_URL', 'mysql://localhost/x'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test('none is no network', () => {
  const config = readConfig({ TRUSTED_NETWORKS: 'none', METRICS_NETWORKS: 'none' });
  expect([config.TRUSTED_NETWORKS, config.METRICS_NETWORKS]).toEqual([[], []]);
});

test('the help tells of every setting and of no value that is set', () => {
  const help = describeSettings();
  for (const name of Object.keys(SETTINGS)) expect(help).toContain(name);
});

test('PostgreSQL needs a key that is given, since one in a folder may be gone with it', () => {
  const DATABASE_URL = 'postgres://user:hidden@host/database';
  expect(() => readConfig({ DATABASE_URL })).toThrow(/^SECRET_KEY must be given with DATABASE_URL.*openssl/);
  expect(readConfig({ DATABASE_URL, SECRET_KEY: 'x' })).toMatchObject({ DATABASE_URL });
  expect(() => readConfig({ WORKERS: '2' })).toThrow(/^WORKERS needs DATABASE_URL/);
  expect(readConfig({ DATABASE_URL, SECRET_KEY: 'x', WORKERS: '2' })).toMatchObject({ WORKERS: 2 });
});

test('all that is wrong is told on one line', () => {
  expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/^PORT .*; LOG_LEVEL .*[^\n]$/);
});
