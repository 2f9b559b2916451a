import { expect, test } from 'vitest';
import { explained, refusesWrites, unavailableBy } from '../../src/database/failures.js';

const said = (code: string, message: string): Error =>
  Object.assign(new Error(message), { severity: 'ERROR', code });

test.each([
  ['53100', 'could not extend file "base/5/1": No space left on device', 'the database has no room left'],
  ['XX000', 'could not extend file "base/5/1": Disk quota exceeded', 'the database has no room left'],
  ['XX000', 'could not extend file "base/5/1": Quota exceeded', 'the database has no room left'],
  ['42501', 'could not open file "base/5/1": Read-only file system', 'the database refuses writes'],
])('%s: %s', (code, text, meaning) => {
  const error = said(code, text);
  expect(explained(error)).toMatchObject({ cause: { code: 'UNAVAILABLE', message: meaning } });
  expect(refusesWrites(error)).toBe(true);
});

test('a statement that is not allowed is no trouble with the disk', () => {
  const error = said('42501', 'permission denied for table users');
  expect(refusesWrites(error)).toBe(false);
  expect(explained(error)).toMatchObject({ cause: { message: 'the database does not grant what we need' } });
});

test.each([
  ['ENOSPC', 'the database has no room left'],
  ['EDQUOT', 'the database has no room left'],
  ['EROFS', 'the database refuses writes'],
  [undefined, 'the database does not answer'],
])('what an embedded database leaves that ends for %s', (code, meaning) => {
  expect(unavailableBy(code && { code })).toMatchObject({
    message: meaning,
    cause: { code: 'UNAVAILABLE', message: meaning, details: { retryAfter: 2 } },
  });
});
