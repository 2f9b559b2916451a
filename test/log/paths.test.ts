import { expect, test } from 'vitest';
import { toldPath } from '../../src/log/access.js';

test.each([
  ['/a/b?token=secret', '/a/b'],
  ['/a#secret', '/a'],
  ['http://user:secret@host/a?token=secret', '/a'],
  ['//user@host/a', '//user@host/a'],
  ['*', '*'],
])('of %s the log has %s', (target, path) => {
  expect(toldPath(target)).toBe(path);
});
