import { DomainError } from '../../../kernel/errors.js';
import { digitsOf } from '../../../kernel/exactJson.js';
import type { AskedPlatform } from '../operation.service.js';

/** An object of an answer, and whose it is. */
export interface Answered {
  platform: AskedPlatform;
  value: Readonly<Record<string, unknown>>;
}

/** Makes of a part of an answer what the graph shows of it; an error, UPSTREAM_PROTOCOL, for what is described otherwise. */
export type Read = (value: unknown, field: string, reading: Reading) => unknown;

/** Leads from an object to others that it names. */
export interface Link {
  /** The field that shows them. */
  name: string;
  /** The target of which they are. */
  to: string;
  /** Where the object names them. */
  from: readonly string[];
  isList: boolean;
  /** Of one of them. */
  read: Read;
}

/** What is left to do when an object has been read. */
export interface PendingLink {
  link: Link;
  answered: Answered['value'];
  shown: Record<string, unknown>;
  /** How many times it is shown. */
  times: number;
}

/** The reading of one answer. */
export interface Reading {
  platform: AskedPlatform;
  pending: PendingLink[];
  /** How many times what is read is shown. */
  times: number;
}

/** Characters of a value that are shown. */
const MOST_SHOWN = 100;

/** Of objects and lists, to which links may lead from very many places. */
const texts = new WeakMap<object, string>();

function textOf(value: object): string {
  const text = texts.get(value) ?? JSON.stringify(value).slice(0, MOST_SHOWN + 1);
  texts.set(value, text);
  return text;
}

function shown(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? textOf(value)
      : JSON.stringify(typeof value === 'string' ? value.slice(0, MOST_SHOWN) : value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Values of one platform that a request is told of. */
const MOST_TOLD = 50;
const told = new WeakMap<AskedPlatform, number>();

/** What stands for a value that is described otherwise; those after the first fifty are null without a word. */
function mismatch(what: string): Read {
  return (value, field, { platform }) => {
    const count = (told.get(platform) ?? 0) + 1;
    told.set(platform, count);
    if (count > MOST_TOLD) return null;
    return new DomainError(
      'UPSTREAM_PROTOCOL',
      `the platform answers ${shown(value)} as ${field}, which is not ${what}`,
    );
  };
}

/** Null as it is, else what `read` makes of it. */
const orNull =
  (read: Read): Read =>
  (value, field, reading) =>
    value == null ? null : read(value, field, reading);

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
  if (Number.isSafeInteger(value)) return value;
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

/** A field of an object, and the property of the answer that it shows. */
export interface ShownField {
  name: string;
  property: string;
  read: Read;
}

/** What an object is shown with. */
export interface ShownObject {
  fields: readonly ShownField[];
  links: readonly Link[];
  /** Whether some fields find themselves what they show, and from where it was answered. */
  isKept: boolean;
}

const ANSWERED = Symbol('answered');

/** What was answered where this is shown. */
export const answeredOf = (shown: { [ANSWERED]?: Answered }): Answered => {
  const { [ANSWERED]: answered } = shown;
  if (!answered) throw new Error('the object does not know where it is from');
  return answered;
};

const refuseObject = mismatch('an object');

/** An object as the executor takes it: no field of it has to be resolved. */
export const readObject = ({ fields, links, isKept }: ShownObject): Read =>
  orNull((value, place, reading) => {
    if (typeof value !== 'object' || Array.isArray(value) || digitsOf(value) !== undefined)
      return refuseObject(value, place, reading);
    const answered = value as Record<string, unknown>;
    const shown: Record<string | symbol, unknown> = {};
    for (const { name, property, read } of fields) shown[name] = read(answered[property], property, reading);
    for (const link of links) reading.pending.push({ link, answered, shown, times: reading.times });
    if (isKept) shown[ANSWERED] = { platform: reading.platform, value: answered } satisfies Answered;
    return shown;
  });

const refuseList = mismatch('a list');

/** A list without nulls. */
export function readList(read: Read): Read {
  const refuseNull = mismatch('an item of that list');
  return orNull((value, field, reading) => {
    if (!Array.isArray(value)) return refuseList(value, field, reading);
    const items: unknown[] = [];
    for (const [index, item] of value.entries() as ArrayIterator<[number, unknown]>) {
      const place = `${field}.${index}`;
      const shown = item === null ? refuseNull(item, place, reading) : read(item, place, reading);
      // Refused, as the list then is, with or without a word.
      if (shown === null || shown instanceof Error) return shown;
      items.push(shown);
    }
    return items;
  });
}
