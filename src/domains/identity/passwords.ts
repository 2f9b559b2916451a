import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { randomBytes, randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { DomainError } from '../../kernel/errors.js';
import { threadPool } from '../../kernel/threadPool.js';
import type * as hashing from './hashing.js';
import type { HashCost } from './hashing.js';

/** About 50 ms of one core; OWASP's floor is 19 MiB and 2 passes. `memoryCost` is in KiB. */
const COST: HashCost = { memoryCost: 47_104, timeCost: 2, parallelism: 1 };

/** One core is left to everything else, and a flood of log-ins is turned away. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING = 64;
/** Of those that wait, one network's: the others are left to everybody else. */
const WAITING_OF_ONE = 20;
/** Sign-ups wait in a queue of their own, of which one at a time comes to the threads, before at most one log-in. */
const SIGN_UPS_WAITING = 32;
/** Less than everything else here has, yet enough that log-ins go on while the machine is busy with other programs. */
const NICENESS = 5;
/** Milliseconds until a thread without work ends. */
const LONGEST_IDLE = 60_000;

const threads = threadPool<unknown, unknown>({
  filename: new URL(`./hashing${extname(import.meta.url)}`, import.meta.url).href,
  minThreads: 0,
  maxThreads: AT_ONCE,
  // One sign-up more than there are places for log-ins.
  maxQueue: WAITING + 1,
  idleTimeout: LONGEST_IDLE,
  niceIncrement: NICENESS,
});

const signUps = bulkhead(1, SIGN_UPS_WAITING);

/** Hashes under way and waiting, by the network that asked for them. */
const underWay = new Map<string, number>();

const busy = (what: string) =>
  new DomainError('RATE_LIMITED', `too many ${what} at this moment; try again`, { retryAfter: 1 });

type Work = typeof hashing;

async function run<N extends keyof Work>(
  name: N,
  task: Parameters<Work[N]>[0],
): Promise<ReturnType<Work[N]>> {
  return (await threads.run(task, { name })) as ReturnType<Work[N]>;
}

async function inTurn<T>(network: string, work: () => Promise<T>): Promise<T> {
  const own = underWay.get(network) ?? 0;
  if (own >= WAITING_OF_ONE || threads.queueSize >= WAITING) throw busy('log-ins');
  underWay.set(network, own + 1);
  try {
    return await work();
  } finally {
    const left = (underWay.get(network) ?? 1) - 1;
    if (left === 0) underWay.delete(network);
    else underWay.set(network, left);
  }
}

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');

/** How a password is stored: keyboards differ in whether they compose an accent with its letter (RFC 8265, 4.2.2). */
const stored = (password: string): string => password.normalize('NFC');

/** Every spelling under which the password may have been stored before spellings were made one. */
const spellingsOf = (password: string): Set<string> =>
  new Set([stored(password), password, password.normalize('NFD')]);

/** Hashes passwords and checks them, at the same cost for all. `network` is that of who asks; its share is bounded. */
export class PasswordHasher {
  /** A hash that no password has, in PHC form: version 1.3 of argon2, a salt of 16 bytes, a hash of 32. */
  readonly #nobody: string;

  constructor(private readonly cost: HashCost = COST) {
    const { memoryCost, timeCost, parallelism } = cost;
    this.#nobody = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
  }

  async hash(password: string, network: string): Promise<string> {
    return inTurn(network, async () => this.#hash(password));
  }

  /** For who has no token yet: strangers, who keep nobody from logging in. */
  async hashForSignUp(password: string): Promise<string> {
    try {
      return await signUps.execute(async () => this.#hash(password));
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? busy('registrations') : error;
    }
  }

  /** Whether the password fits; without a hash false, after the same work, so that time does not tell who is registered. */
  async fits(storedHash: string | undefined, password: string, network: string): Promise<boolean> {
    return inTurn(network, async () => {
      for (const spelling of spellingsOf(password)) {
        const fits = await run('verify', { stored: storedHash ?? this.#nobody, password: spelling });
        if (fits && storedHash !== undefined) return true;
      }
      return false;
    });
  }

  async #hash(password: string): Promise<string> {
    return run('hash', { password: stored(password), cost: this.cost });
  }
}

/** Letters and digits that no one mistakes for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const GENERATED_LENGTH = 20;

export function generatePassword(): string {
  return Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
