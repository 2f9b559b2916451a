import { expect, test } from 'vitest';
import { Concealment } from '../../../src/kernel/concealment.js';
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
