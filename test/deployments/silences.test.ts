import { expect, test } from 'vitest';
import { Silences } from '../../src/domains/deployments/rollout/silences.js';
import { DomainError } from '../../src/kernel/errors.js';

const timeout = () => Promise.reject(new DomainError('UPSTREAM_TIMEOUT', 'too late'));
const answer = () => Promise.resolve('an answer');

test('a cluster that did not answer in time is tried by one at a time, others and those that answer by all', async () => {
  const silences = new Silences();
  const first = [silences.heed(1, timeout), silences.heed(1, timeout)];
  for (const each of first) await expect(each).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  const { promise, resolve } = Promise.withResolvers<string>();
  const trying = silences.heed(1, () => promise);
  await expect(silences.heed(1, answer)).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  expect(await silences.heed(2, answer)).toBe('an answer');
  resolve('it is back');
  expect(await trying).toBe('it is back');
  expect(await Promise.all([silences.heed(1, answer), silences.heed(1, answer)])).toHaveLength(2);
});

test('one that still does not answer is tried again, and one that refuses has answered', async () => {
  const silences = new Silences();
  const refuse = () => Promise.reject(new DomainError('CONFLICT', 'no'));
  for (const _ of [1, 2, 3])
    await expect(silences.heed(1, timeout)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  await expect(silences.heed(1, refuse)).rejects.toMatchObject({ code: 'CONFLICT' });
  const both = await Promise.all([silences.heed(1, answer), silences.heed(1, answer)]);
  expect(both).toEqual(['an answer', 'an answer']);
});
