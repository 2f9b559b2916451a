import { beforeEach, expect, test } from 'vitest';
import { Troubles } from '../../src/domains/jobs/troubles.js';
import { DomainError } from '../../src/kernel/errors.js';
import { createLogger } from '../../src/log/logger.js';

const lines: { err: unknown }[] = [];
let troubles: Troubles;

beforeEach(() => {
  lines.length = 0;
  const write = (line: string) => void lines.push(JSON.parse(line) as { err: unknown });
  troubles = new Troubles(createLogger('warn', { write }));
});

/** As the queue's library tells of a failure. */
const copyOf = (error: Error): Error =>
  ({ ...error, message: error.message, stack: error.stack, queue: 'tried' }) as unknown as Error;

test('a copy of an error is told as what it is a copy of', () => {
  const cause = new DomainError('UNAVAILABLE', 'the database does not answer');
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', cause });
  troubles.tell(copyOf(refused));
  expect(lines.map(({ err }) => err)).toEqual([
    {
      type: 'Error',
      message: 'connect ECONNREFUSED',
      code: 'ECONNREFUSED',
      meaning: 'the database does not answer',
    },
  ]);
});

test('the same is told once for all who have it, whatever else is told between', () => {
  for (const message of [
    'away (Queue: records, Worker: 1)',
    'away (Queue: records, Worker: 2)',
    'full',
    'away',
  ])
    troubles.tell(new Error(message));
  expect(lines.map(({ err }) => err)).toMatchObject([
    { message: 'away (Queue: records, Worker: 1)' },
    { message: 'full' },
  ]);
});
