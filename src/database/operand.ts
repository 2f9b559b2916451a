import { flawOf, isUuid } from '../kernel/validation.js';

/** Bits of whole numbers, by what MikroORM calls their columns. */
const BITS: ReadonlyMap<string, number> = new Map([
  ['int', 32],
  ['bigint', 64],
]);

function isWhole(value: unknown, bits: number): boolean {
  const text = String(value);
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text);
}

/** Why the value cannot be compared with those of a column of this type, undefined where it can. */
export function operandFlaw(value: unknown, type: string | undefined): string | undefined {
  const bits = type === undefined ? undefined : BITS.get(type);
  if (bits !== undefined && !isWhole(value, bits)) return `must be a whole number of ${bits} bits`;
  if (typeof value !== 'string') return undefined;
  return type === 'uuid' && !isUuid(value) ? 'must be a UUID' : flawOf(value);
}
