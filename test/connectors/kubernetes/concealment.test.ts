import { describe, expect, test } from 'vitest';
import { exactNumber } from '../../../src/kernel/exactJson.js';
import { Concealment, withoutSecrets } from '../../../src/kernel/concealment.js';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { line, PASSWORD } from '../../support/kubernetes/server.js';
import { open, startLab, watch } from './lab.js';

const TOKEN = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJpc3RobXVzIn0.c2lnbmF0dXJlLW9mLXRva2Vu';
const SECRET = 'a b"c/%ü';
const concealment = new Concealment([TOKEN, SECRET, '']);

test.each([
  ['the whole', `who is "Bearer ${TOKEN}"?`, 'who is "Bearer [redacted]"?'],
  ['its beginning', `Authorization: Bearer ${TOKEN.slice(0, 30)}...`, 'Authorization: Bearer [redacted]...'],
  ['its end', `[${TOKEN.slice(-20)}]`, '[[redacted]]'],
  ['one with other characters', `password ${SECRET}!`, 'password [redacted]!'],
  ['one in an address', `/?p=${encodeURIComponent(SECRET)}&q`, '/?p=[redacted]&q'],
])('%s of a secret is hidden', (_what, text, told) => {
  expect(concealment.in(text)).toMatch(new RegExp(`^${told.replaceAll(/[[\]?.]/g, String.raw`\$&`)}`));
});

test('one where the text is cut is hidden', () => {
  for (let before = 4_096 - TOKEN.length; before < 4_096; before += 1)
    expect(concealment.in(`${' '.repeat(before - 6)}token=${TOKEN}`)).not.toContain(TOKEN.slice(0, 3));
});

describe('secrets in a value of JSON are hidden', () => {
  test.each<[unknown, unknown]>([
    [{ a: [`x ${TOKEN}`, 1, null] }, { a: ['x [redacted]', 1, null] }],
    [{ [`x ${TOKEN}`]: true }, { 'x [redacted]': true }],
    [
      { a: 123_456, b: 91_234_567, c: 12_345, d: exactNumber('1234560000000000000000') },
      { a: '[redacted]', b: '[redacted]', c: 12_345, d: '[redacted]' },
    ],
    ['123456', '[redacted]'],
  ])('%j', (value, told) => {
    expect(withoutSecrets(value, [TOKEN, '123456', '1', 'true'])).toEqual(told);
  });

  test.each([
    `{"a":"x ${TOKEN}"}`,
    `{"a":"x \\u0065${TOKEN.slice(1)}"}`,
    `{"x \\u0065${TOKEN.slice(1)}":1}`,
    '{"a":12.3456e4}',
    String.raw`["a b\"c\/%ü"]`,
  ])('however their text %s spells them', (text) => {
    const value = JSON.parse(text) as unknown;
    const shown = JSON.stringify(withoutSecrets(value, [TOKEN, '123456', SECRET], text));
    expect(shown).toContain('[redacted]');
    expect(shown).toEqual(JSON.stringify(withoutSecrets(value, [TOKEN, '123456', SECRET])));
  });

  test('and nothing else is touched', () => {
    const value = JSON.parse('{"__proto__":[1,true,"1"],"a":{"b":null}}') as unknown;
    expect(withoutSecrets(value, [TOKEN, '1', 'true', ''])).toBe(value);
  });
});

test('what is no secret is left', () => {
  const text = 'nodes "worker-1" is forbidden: User "isthmus" cannot list resource; a b';
  expect(concealment.in(text)).toBe(text);
});

const basic = Buffer.from(`${PASSWORD.username}:${PASSWORD.password}`).toString('base64');

test.each([
  ['a token', undefined, (token: string) => token],
  ['a password', PASSWORD, () => PASSWORD.password],
  ['the header of a password', PASSWORD, () => basic],
] as const)('no failure of a cluster repeats %s that was sent to it', async (_what, user, secretOf) => {
  const { cluster } = await startLab();
  const secret = secretOf(cluster.token);
  const client = await open(cluster.kubeconfig(user));
  const recorder = watch(client);
  const messages = () => recorder.failures.map((failure) => failure.message).join();
  const failed = async (message: string) => {
    await expect.poll(messages).toContain(message);
  };
  /** Written until a watch has heard it, since each that hears it ends and another begins. */
  const failsOf = async (text: string, message: string) => {
    await expect
      .poll(() => {
        cluster.writeToWatches(text);
        return messages();
      })
      .toContain(message);
  };
  await failsOf(line('ERROR', { code: 500, message: `event ${secret}`, reason: secret }), 'event [redacted]');
  const odd = nodeOf('odd');
  const labels = { [secret]: 1 };
  await failsOf(
    line('ADDED', { ...odd, metadata: { ...odd.metadata, labels } }),
    'metadata.labels.[redacted]',
  );
  cluster.complaint = `answer ${'x'.repeat(450)} ${secret}`;
  cluster.break(403);
  cluster.resetWatches();
  await failed('answer xxx');
  for (const failure of recorder.failures) {
    expect(JSON.stringify([failure, failure.message])).not.toContain(secret.slice(0, 13));
  }
});
