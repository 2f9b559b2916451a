import { digitsOf } from '../kernel/exactJson.js';
import { isRecord } from '../kernel/isRecord.js';

/** What JSON Schema calls a value. */
export type Kind =
  | { is: 'string'; text: string }
  | { is: 'integer' | 'number'; number: number; digits: string }
  | { is: 'array'; items: readonly unknown[] }
  | { is: 'object'; properties: Readonly<Record<string, unknown>> }
  | { is: 'boolean' | 'null' };

const WHOLE = /^-?\d+$/;

function numberOf(digits: string): Kind {
  const number = Number(digits);
  const isWhole = WHOLE.test(digits) || Number.isSafeInteger(number);
  return { is: isWhole ? 'integer' : 'number', number, digits };
}

/** A number may come as one, as a bigint, or as the object that keeps its digits. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return { is: 'null' };
  if (typeof value === 'string') return { is: 'string', text: value };
  if (typeof value === 'boolean') return { is: 'boolean' };
  if (typeof value === 'number' || typeof value === 'bigint') return numberOf(String(value));
  if (Array.isArray(value)) return { is: 'array', items: value };
  const digits = digitsOf(value);
  if (digits !== undefined) return numberOf(digits);
  return { is: 'object', properties: isRecord(value) ? value : {} };
}

/** A text that is the same for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  const kind = kindOf(value);
  if (kind.is === 'integer' || kind.is === 'number')
    return WHOLE.test(kind.digits) ? kind.digits : String(kind.number);
  if (kind.is === 'array') return `[${kind.items.map(canonical).join(',')}]`;
  if (kind.is !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(kind.properties).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** Longer ones are outside whatever 64 bits hold. */
const MOST_DIGITS = 20;

/** Whether a whole number needs more bits than that. */
export function needsMoreBits({ digits, number }: { digits: string; number: number }, bits: number): boolean {
  if (digits.length > MOST_DIGITS || !WHOLE.test(digits)) return Math.abs(number) >= 2 ** (bits - 1);
  const whole = BigInt(digits);
  return BigInt.asIntN(bits, whole) !== whole;
}
