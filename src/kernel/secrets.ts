import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from './errors.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;
const VERSION = 'v1';

interface Key {
  /** Names the key without telling anything about it. */
  id: string;
  material: Buffer;
}

const materialOf = (text: string): Buffer => Buffer.from(text, 'base64');

/** Whether the text has the form of a key. */
export const isSecretKey = (text: string): boolean => materialOf(text).length === KEY_BYTES;

function readKey(text: string, name: string): Key {
  const material = materialOf(text);
  if (!isSecretKey(text)) {
    throw new DomainError(
      'BAD_INPUT',
      `${name} must be ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 32`,
    );
  }
  const id = createHash('sha256')
    .update('isthmus key id')
    .update(material)
    .digest()
    .subarray(0, KEY_ID_BYTES);
  return { id: id.toString('base64url'), material };
}

function derive(key: Key, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key.material, '', `isthmus ${purpose}`, KEY_BYTES));
}

/**
 * Encryption at rest (AES-256-GCM) and keys for other purposes, all derived from SECRET_KEY.
 * What an earlier key wrote is still read; new secrets are written with the current one.
 */
export class SecretBox {
  readonly #keys: readonly [Key, ...Key[]];

  /** `name` is that of the current key, for whoever has to mend it. */
  constructor(
    current: string,
    previous: readonly string[] = [],
    readonly name = 'SECRET_KEY',
  ) {
    this.#keys = [readKey(current, name), ...previous.map((text) => readKey(text, 'SECRET_KEYS_PREVIOUS'))];
  }

  /** Names of the keys, the current one first. */
  get keyIds(): [string, ...string[]] {
    const [current, ...previous] = this.#keys;
    return [current.id, ...previous.map(({ id }) => id)];
  }

  /** A key for one purpose from each secret key, the current one first. */
  derivedKeys(purpose: string): [{ id: string; key: Buffer }, ...{ id: string; key: Buffer }[]] {
    const [current, ...previous] = this.#keys;
    const of = (key: Key) => ({ id: key.id, key: derive(key, purpose) });
    return [of(current), ...previous.map(of)];
  }

  /** `context` says what the secret belongs to; sealed text opens only under the same context. */
  seal(plain: string, context: string): string {
    const [key] = this.#keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', derive(key, 'secrets at rest'), nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, key.id, sealed.toString('base64url')].join('.');
  }

  open(text: string, context: string): string {
    const [version, keyId, payload = ''] = text.split('.');
    const key = this.#keys.find(({ id }) => id === keyId);
    if (version !== VERSION || !key) {
      throw new Error(
        'a stored secret was written under a key that is neither SECRET_KEY nor in SECRET_KEYS_PREVIOUS',
      );
    }
    const sealed = Buffer.from(payload, 'base64url');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      derive(key, 'secrets at rest'),
      sealed.subarray(0, NONCE_BYTES),
    );
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  }
}

export function generateSecretKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}
