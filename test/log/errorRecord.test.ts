import { createServer } from 'node:net';
import { once } from 'node:events';
import got from 'got';
import { expect, onTestFinished, test } from 'vitest';
import { errorRecord } from '../../src/log/errorRecord.js';
import { createLogger } from '../../src/log/logger.js';

const SECRET = 'S3cret';

function logged(error: unknown): string {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).error({ err: error }, 'failed');
  return lines.join('');
}

const withMore = (error: Error, more: object) => Object.assign(error, more);

test.each<[string, unknown, string]>([
  [
    'of the parser',
    withMore(new Error('Parse Error'), { code: 'HPE_INVALID', rawPacket: Buffer.from(SECRET) }),
    'HPE_INVALID',
  ],
  [
    'of the database',
    withMore(new Error('duplicate key'), { code: '23505', detail: `(${SECRET})`, parameters: [SECRET] }),
    '23505',
  ],
  [
    'of JSON',
    (() => {
      try {
        return JSON.parse(`{"password": ${SECRET}}`) as unknown;
      } catch (error) {
        return error;
      }
    })(),
    'Unexpected token',
  ],
  [
    'in another',
    new Error('outer', { cause: withMore(new Error('inner'), { options: { headers: { a: SECRET } } }) }),
    'inner',
  ],
  ['among several', new AggregateError([withMore(new Error('one'), { body: SECRET })], 'all'), '"one"'],
  [
    'of the ORM, with a hint',
    withMore(new Error(`select '${SECRET}' - column "a" does not exist\n - hint: Perhaps you meant "b"`), {
      name: 'InvalidFieldNameException',
    }),
    'does not exist',
  ],
  ['that is none', { headers: SECRET }, 'object'],
])('an error %s is logged without what somebody sent', (_what, error, told) => {
  expect(logged(error)).toContain(told);
  expect(logged(error)).not.toContain(SECRET);
});

test('an exception of the mapper is logged without its statement', () => {
  const error = new Error(`insert into "users" ("password") values ('${SECRET}') - duplicate key value`);
  error.name = 'UniqueConstraintViolationException';
  expect(logged(error)).toContain('duplicate key value');
  expect(logged(error)).not.toContain(SECRET);
});

test('a call that failed is logged without its headers and what came back', async () => {
  const server = createServer((socket) => socket.end(`nonsense ${SECRET}\r\n\r\n`)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const headers = { authorization: `Bearer ${SECRET}` };
  const error: unknown = await got(`http://127.0.0.1:${port}/`, { headers, retry: { limit: 0 } }).catch(
    (reason: unknown) => reason,
  );
  expect(logged(error)).toContain('RequestError');
  expect(logged(error)).not.toContain(SECRET);
});

test('an error tells where it happened, and its causes have an end', () => {
  const error = new Error('first');
  error.cause = error;
  expect(errorRecord(error)).toMatchObject({ type: 'Error', message: 'first' });
  expect(JSON.stringify(errorRecord(error))).toContain('errorRecord.test.ts');
});
