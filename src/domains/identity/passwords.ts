import { randomBytes, randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Piscina } from 'piscina';
import { DomainError } from '../../kernel/errors.js';
import type * as hashing from './hashing.js';
import type { HashCost } from './hashing.js';

/** About 50 ms of one core; OWASP's floor is 19 MiB and 2 passes. `memoryCost` is in KiB. */
const COST: HashCost = { memoryCost: 47_104, timeCost: 2, parallelism: 1 };

/** One core is left to everything else, and a flood of log-ins is turned away. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING = 64;
/** Less than everything else here has, yet enough that log-ins go on while the machine is busy with other programs. */
const NICENESS = 5;
/** Milliseconds until a thread without work ends. */
const LONGEST_IDLE = 60_000;

const threads = new Piscina<unknown, unknown>({
  filename: new URL(`./hashing${extname(import.meta.url)}`, import.meta.url).href,
  minThreads: 0,
  maxThreads: AT_ONCE,
  maxQueue: WAITING,
  idleTimeout: LONGEST_IDLE,
  niceIncrement: NICENESS,
});

type Work = typeof hashing;

async function inTurn<N extends keyof Work>(
  name: N,
  task: Parameters<Work[N]>[0],
): Promise<ReturnType<Work[N]>> {
  if (threads.queueSize >= WAITING) {
    throw new DomainError('RATE_LIMITED', 'too many log-ins at this moment; try again', { retryAfter: 1 });
  }
  return (await threads.run(task, { name })) as ReturnType<Work[N]>;
}

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');

/** Hashes passwords and checks them, at the same cost for all. */
export class PasswordHasher {
  /** A hash that no password has, in PHC form: version 1.3 of argon2, a salt of 16 bytes, a hash of 32. */
  readonly #nobody: string;

  constructor(private readonly cost: HashCost = COST) {
    const { memoryCost, timeCost, parallelism } = cost;
    this.#nobody = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
  }

  async hash(password: string): Promise<string> {
    return inTurn('hash', { password, cost: this.cost });
  }

  /** Whether the password fits; without a hash false, after the same work, so that time does not tell who is registered. */
  async fits(storedHash: string | undefined, password: string): Promise<boolean> {
    const fits = await inTurn('verify', { stored: storedHash ?? this.#nobody, password });
    return fits && storedHash !== undefined;
  }
}

/** Letters and digits that no one mistakes for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const GENERATED_LENGTH = 20;

export function generatePassword(): string {
  return Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
