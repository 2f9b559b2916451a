import { expect, test } from 'vitest';
import { BASE_PATH, withoutBase } from '../../src/kernel/targets.js';

test.each(['/isthmus', '/a/b', '/a-b/c_d.e~f', '/apis', '/v10', '/x/api'])(
  '%s may stand before all',
  (path) => {
    expect(path).toMatch(BASE_PATH);
  },
);

test.each([
  '',
  '/',
  'isthmus',
  '/isthmus/',
  '//evil.example.org',
  '/a//b',
  '/..',
  '/a/../b',
  '/a/.',
  '/a%2fb',
  '/a"b',
  '/a b',
  '/a?b',
  '/a\n',
  '/api',
  '/v1/x',
  '/graphql',
])('%j may not', (path) => {
  expect(path).not.toMatch(BASE_PATH);
});

test.each([
  ['/isthmus/graphql', '/graphql'],
  ['/isthmus/graphql?query=%7Bx%7D', '/graphql?query=%7Bx%7D'],
  ['/isthmus', '/'],
  ['/isthmus/', '/'],
  ['/isthmus?a', '/?a'],
  ['/isthmus//x/../%2F', '//x/../%2F'],
  ['/isthmus/isthmus/x', '/isthmus/x'],
  ['http://host/isthmus/x', 'http://host/x'],
  ['http://host/isthmus', 'http://host/'],
  ['/isthmusx/graphql', '/isthmusx/graphql'],
  ['/graphql', '/graphql'],
  ['/x/isthmus/y', '/x/isthmus/y'],
  ['/ISTHMUS/x', '/ISTHMUS/x'],
  ['http://isthmus', 'http://isthmus'],
  ['*', '*'],
  ['', ''],
])('%s is %s to doors', (target, expected) => {
  expect(withoutBase(target, '/isthmus')).toBe(expected);
  expect(withoutBase(target, '')).toBe(target);
});
