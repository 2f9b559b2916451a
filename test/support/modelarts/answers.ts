import { type CatalogueOperation, type Field, answerMembers, fieldsOf, shapeOf } from './catalogue.js';
import { memberFaults } from './checks.js';
import { IN_PAGES, LARGEST } from './paging.js';
import { Refusal } from './refusal.js';
import { type Json, type JsonObject, fieldSample, membersSample } from './samples.js';

/** Items of a page when none asks for a number, and when one asks for more. */
const PAGE = 10;
const LARGEST_PAGE = 1000;
/** Items of a list that is in no collection. */
const LONG = 25;

export interface Page {
  items: readonly JsonObject[];
  total: number;
  /** Items before the first. */
  start: number;
  /** As it was asked for. */
  offset: number;
  limit: number;
  /** What the next page is asked with. */
  marker: string | undefined;
}

/** Arguments by name, from wherever they came. */
export type Arguments = Readonly<Record<string, unknown>>;

function whole(args: Arguments, name: string, fallback: number, least: number, most: number): number {
  const value = args[name] === undefined ? fallback : Number(args[name]);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Refusal(400, 'ModelArts.0104', `${name} must be from ${least} to ${most}`);
  return value;
}

/** Reads `continue`, which is no number, so that nobody counts with it. */
function placeOf(marker: string): number {
  const start = /^from:(\d+)$/.exec(Buffer.from(marker, 'base64url').toString())?.[1];
  if (start === undefined)
    throw new Refusal(400, 'ModelArts.0104', 'continue is not from a page of this list');
  return Number(start);
}

/** The part of the items that the operation can be asked for, and was. */
export function pageOf(
  operation: CatalogueOperation,
  args: Arguments,
  items: readonly JsonObject[],
  isStrict: boolean,
): Page {
  const { operationId: id } = operation;
  const knows = (name: string) =>
    [...operation.query, ...operation.body].some((field) => field.name === name);
  const total = items.length;
  if (!knows('limit')) return { items, total, start: 0, offset: 0, limit: total, marker: undefined };
  const most = (isStrict ? LARGEST[id] : undefined) ?? LARGEST_PAGE;
  const limit = whole(args, 'limit', knows('continue') ? most : PAGE, 1, most);
  const marker = args['continue'];
  const offset = whole(args, 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
  const start = typeof marker === 'string' ? placeOf(marker) : offset * (IN_PAGES.has(id) ? limit : 1);
  const end = start + limit;
  return {
    items: items.slice(start, end),
    total,
    start,
    offset,
    limit,
    marker: knows('continue') && end < total ? Buffer.from(`from:${end}`).toString('base64url') : undefined,
  };
}

function numbers(fields: readonly string[], { items, total, start, offset, limit }: Page): JsonObject {
  const isTold = fields.includes('total') || fields.includes('total_count');
  return {
    total,
    total_count: total,
    count: isTold ? items.length : total,
    offset,
    limit,
    size: limit,
    pages: Math.ceil(total / Math.max(limit, 1)),
    current: Math.floor(start / Math.max(limit, 1)),
  };
}

const isList = ({ type }: Field) => {
  const shape = shapeOf(type);
  return shape.kind === 'array' && shape.of.kind === 'object';
};

/** A thing as these fields have it: what is known of it, as far as it fits, and the rest as in any sample. */
function fitted(members: Readonly<Record<string, Field>>, value: JsonObject, number: number): JsonObject {
  const fits = ([name, field]: [string, Field]) =>
    value[name] !== undefined && memberFaults({ [name]: field }, { [name]: value[name] }, '').length === 0;
  const known = Object.entries(members)
    .filter(fits)
    .map(([name]): [string, Json] => [name, value[name] ?? null]);
  return Object.assign(membersSample(members, number), Object.fromEntries(known));
}

/** What the operation says of a thing. */
export const projected = (operation: CatalogueOperation, value: JsonObject, number = 0): JsonObject =>
  fitted(answerMembers(operation), value, number);

function itemsFor(field: Field, { items, start }: Page): Json[] {
  const shape = shapeOf(field.type);
  if (shape.kind !== 'array' || shape.of.kind !== 'object') return [];
  const members = fieldsOf(shape.of.name);
  return items.map((item, index) => fitted(members, item, start + index));
}

/** An answer with a page in the fields named, or in every list of objects that it has. */
export function listed(operation: CatalogueOperation, page: Page, fields: readonly string[]): JsonObject {
  const members = answerMembers(operation);
  const sample = membersSample(members, 0);
  const counted = numbers(Object.keys(members), page);
  for (const [name, field] of Object.entries(members)) {
    if (fields.includes(name)) sample[name] = itemsFor(field, page);
    else if (name in counted && field.type === 'integer') sample[name] = counted[name] ?? 0;
    else if (name === 'metadata' && 'continue' in (sample[name] as JsonObject))
      sample[name] = {
        ...(page.marker !== undefined && { continue: page.marker }),
        remainingItemCount: page.total - page.start - page.items.length,
      };
  }
  return sample;
}

/** An answer that is about nothing in particular. */
export function made(operation: CatalogueOperation, args: Arguments, isStrict: boolean): JsonObject {
  const members = answerMembers(operation);
  const isPaged = operation.query.some(({ name }) => name === 'limit');
  const lists = Object.entries(members).filter(([, field]) => isPaged && isList(field));
  const [first] = lists;
  if (!first) return membersSample(members, 0);
  const items = Array.from({ length: LONG }, (_, index) => {
    const [item] = fieldSample(first[0], first[1], index) as JsonObject[];
    return item ?? {};
  });
  return listed(
    operation,
    pageOf(operation, args, items, isStrict),
    lists.map(([name]) => name),
  );
}
