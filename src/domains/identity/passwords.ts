import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { randomBytes, randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { DomainError } from '../../kernel/errors.js';

/** argon2id; the package exports its algorithms as a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm.Argon2id;
/** About 50 ms of one core; OWASP's floor is 19 MiB and 2 passes. `memoryCost` is in KiB. */
const COST = { algorithm: ARGON2ID, memoryCost: 47_104, timeCost: 2, parallelism: 1 } as const;

/** Hashing runs on other threads; one core is left to everything else, and a flood of log-ins is turned away. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING = 64;
const hashing = bulkhead(AT_ONCE, WAITING);

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await hashing.execute(work);
  } catch (error) {
    if (!(error instanceof BulkheadRejectedError)) throw error;
    throw new DomainError(
      'RATE_LIMITED',
      'too many log-ins at this moment; try again',
      { retryAfter: 1 },
      { cause: error },
    );
  }
}

export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, COST));
}

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');

/** A hash that no password has, in PHC form, at the same cost: version 1.3 of argon2, a salt of 16 bytes, a hash of 32. */
const NOBODY = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${base64(16)}$${base64(32)}`;

/** Whether the password fits; without a hash false, after the same work, so that time does not tell who is registered. */
export async function checkPassword(storedHash: string | undefined, password: string): Promise<boolean> {
  const fits = await inTurn(() => verify(storedHash ?? NOBODY, password));
  return fits && storedHash !== undefined;
}

/** Letters and digits that no one mistakes for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const GENERATED_LENGTH = 20;

export function generatePassword(): string {
  return Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
