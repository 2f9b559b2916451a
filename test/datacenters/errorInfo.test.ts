import { expect, test } from 'vitest';
import { errorInfoOf } from '../../src/domains/datacenters/refresh/errorInfo.js';
import { DomainError } from '../../src/kernel/errors.js';

const failure = new DomainError(
  'UPSTREAM_ERROR',
  'Nova says that no-such-secret is wrong for the account',
  { upstream: { platform: 'nova', status: 403, body: null } },
  { cause: new DomainError('FORBIDDEN', 'no-such-secret') },
);

const TOLD = (secret: string) =>
  [
    'while reading servers:',
    `UPSTREAM_ERROR: Nova says that ${secret} is wrong for the account (nova answered 403)`,
    `because of FORBIDDEN: ${secret}`,
  ].join('\n');

test('what a run tells of its failure has no secret', () => {
  expect(errorInfoOf(failure, 'servers', ['no-such-secret'])).toBe(TOLD('******'));
});

test('a short password that is no ordinary word is hidden', () => {
  const echo = new DomainError('UPSTREAM_ERROR', 'Nova says that s3c! is wrong');
  expect(errorInfoOf(echo, 'servers', ['s3c!'])).toBe(
    'while reading servers:\nUPSTREAM_ERROR: Nova says that ****** is wrong',
  );
});

test.each(['', 'a', 'is', 'the', 'Nova', 'while', 'servers', '403'])(
  'a password that is an ordinary word, as %j, is not told by what is missing',
  (password) => {
    expect(errorInfoOf(failure, 'servers', [password])).toBe(TOLD('no-such-secret'));
  },
);
