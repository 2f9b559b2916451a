import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { randomBytes, randomInt } from 'node:crypto';

/** argon2id; the package exports its algorithms as a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm.Argon2id;
/** About 50 ms here; OWASP's floor is 19 MiB and 2 passes. `memoryCost` is in KiB. */
const COST = { algorithm: ARGON2ID, memoryCost: 32_768, timeCost: 3, parallelism: 1 } as const;

export async function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let nobody: Promise<string> | undefined;

/** The hash of a password that nobody has. */
function hashOfNobody(): Promise<string> {
  nobody ??= hashPassword(randomBytes(32).toString('base64'));
  return nobody;
}

/** Whether the password fits; without a hash false, after the same work, so that time does not tell who is registered. */
export async function checkPassword(storedHash: string | undefined, password: string): Promise<boolean> {
  const fits = await verify(storedHash ?? (await hashOfNobody()), password);
  return fits && storedHash !== undefined;
}

/** Letters and digits that no one mistakes for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const GENERATED_LENGTH = 20;

export function generatePassword(): string {
  return Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
