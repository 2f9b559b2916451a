import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretBox, generateSecretKey } from '../../src/kernel/secrets.js';

const key = generateSecretKey();
const box = new SecretBox(key);

test('what is sealed opens under the same context alone', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
      const sealed = box.seal(plain, context);
      expect(box.open(sealed, context)).toBe(plain);
      if (other !== context) expect(() => box.open(sealed, other)).toThrow();
    }),
  );
});

test('a sealed secret that was changed anywhere does not open', () => {
  const sealed = box.seal('secret', 'platform 1');
  const [version, id, payload = ''] = sealed.split('.');
  for (let index = 0; index < payload.length - 1; index += 1) {
    const letter = payload[index] === 'A' ? 'B' : 'A';
    const changed = payload.slice(0, index) + letter + payload.slice(index + 1);
    expect(() => box.open([version, id, changed].join('.'), 'platform 1')).toThrow();
  }
});

test('an earlier key still reads, and the current one writes', () => {
  const rotated = new SecretBox(generateSecretKey(), [key]);
  const old = box.seal('secret', 'c');
  expect(rotated.open(old, 'c')).toBe('secret');
  expect(() => box.open(rotated.seal('secret', 'c'), 'c')).toThrow(/SECRET_KEYS_PREVIOUS/);
  expect(rotated.keyIds).toHaveLength(2);
});

test.each(['', 'short', 'x'.repeat(44), Buffer.alloc(31).toString('base64')])(
  'the key %j is refused',
  (text) => {
    expect(() => new SecretBox(text)).toThrow(/32 bytes in base64/);
  },
);
