import { type Algorithm, hashSync, verifySync } from '@node-rs/argon2';

/** argon2id; the package exports its algorithms as a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm.Argon2id;

/** What a hash costs. */
export interface HashCost {
  /** KiB. */
  memoryCost: number;
  /** Passes. */
  timeCost: number;
  parallelism: number;
}

// The functions of a worker thread, which has nothing else to do than to wait for them.

export function hash({ password, cost }: { password: string; cost: HashCost }): string {
  return hashSync(password, { algorithm: ARGON2ID, ...cost });
}

export function verify({ stored, password }: { stored: string; password: string }): boolean {
  return verifySync(stored, password);
}
