import { DomainError } from '../../../kernel/errors.js';
import { digitsOf } from '../../../kernel/exactJson.js';
import type { AskedPlatform } from '../operation.service.js';

/** An object of an answer, and whose it is. */
export class Answered {
  constructor(
    readonly platform: AskedPlatform,
    readonly value: Readonly<Record<string, unknown>>,
  ) {}
}

/** Makes of a part of an answer what the graph shows of it; UPSTREAM_PROTOCOL for what is described otherwise. */
export type Read = (value: unknown, field: string, platform: AskedPlatform) => unknown;

/** Characters of a value that are shown. */
const MOST_SHOWN = 100;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Values of one platform that a request is told of. */
const MOST_TOLD = 50;
const told = new WeakMap<AskedPlatform, number>();

/** Refuses a value; those after the first fifty are null without a word. */
function mismatch(what: string): Read {
  return (value, field, platform) => {
    const count = (told.get(platform) ?? 0) + 1;
    told.set(platform, count);
    if (count > MOST_TOLD) return null;
    throw new DomainError(
      'UPSTREAM_PROTOCOL',
      `the platform answers ${shown(value)} as ${field}, which is not ${what}`,
    );
  };
}

/** Null as it is, else what `read` makes of it. */
const orNull =
  (read: Read): Read =>
  (value, field, platform) =>
    value == null ? null : read(value, field, platform);

const ofType = (type: 'string' | 'boolean'): Read => {
  const refuse = mismatch(`a ${type}`);
  return orNull((value, ...place) => (typeof value === type ? value : refuse(value, ...place)));
};

export const readString = ofType('string');
export const readBoolean = ofType('boolean');
export const readJson: Read = (value) => value ?? null;

const WHOLE = /^-?\d{1,19}$/;
const refuseInteger = mismatch('a whole number of 64 bits');
const refuseNumber = mismatch('a number');

function wholeOf(digits: string | undefined): bigint | undefined {
  if (digits === undefined) return undefined;
  if (WHOLE.test(digits)) return BigInt(digits);
  // As some write it: 1.0, 1e3.
  return Number.isSafeInteger(Number(digits)) ? BigInt(Number(digits)) : undefined;
}

/** As the BigInt scalar takes it. */
export const readInteger = orNull((value, ...place) => {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  const whole = wholeOf(typeof value === 'number' ? String(value) : digitsOf(value));
  return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : refuseInteger(value, ...place);
});

export const readNumber = orNull((value, ...place) => {
  const number = Number(typeof value === 'number' ? value : digitsOf(value));
  return Number.isFinite(number) ? number : refuseNumber(value, ...place);
});

export function readEnum(values: readonly string[]): Read {
  const known = new Set<unknown>(values);
  const refuse = mismatch(`one of ${values.join(', ')}`);
  return orNull((value, ...place) => (known.has(value) ? value : refuse(value, ...place)));
}

const refuseObject = mismatch('an object');

export const readObject = orNull((value, field, platform) =>
  typeof value === 'object' && !Array.isArray(value) && digitsOf(value) === undefined
    ? new Answered(platform, value as Record<string, unknown>)
    : refuseObject(value, field, platform),
);

const refuseList = mismatch('a list');

/** A list without nulls. */
export function readList(read: Read): Read {
  const refuseNull = mismatch('an item of that list');
  return orNull((value, field, platform) => {
    if (!Array.isArray(value)) return refuseList(value, field, platform);
    const items: unknown[] = [];
    for (const [index, item] of value.entries() as ArrayIterator<[number, unknown]>) {
      const place = `${field}.${index}`;
      const shown = item === null ? refuseNull(item, place, platform) : read(item, place, platform);
      // Refused without a word, as the list then is.
      if (shown === null) return null;
      items.push(shown);
    }
    return items;
  });
}
