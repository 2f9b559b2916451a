import { raw } from '@mikro-orm/core';
import { badInput } from '../kernel/errors.js';
import { partsOf } from '../kernel/parts.js';
import { flawOf } from '../kernel/validation.js';

export type Where = Record<string, unknown>;

const OPERATORS = { eq: '$eq', in: '$in', gt: '$gt', gte: '$gte', lt: '$lt', lte: '$lte' } as const;

/** Objects, lists and values of a filter: each becomes a part of the statement. */
const MAX_PARTS = 2000;

/** The text as a LIKE pattern that matches it literally. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** Of a text that no column can hold, with which a statement may not even be read as one. */
function flawIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(flawIn).find((flaw) => flaw !== undefined);
  return typeof value === 'string' ? flawOf(value) : undefined;
}

/** Compares letters as no locale of a database changes it, wherever both are. */
export const CASELESS = 'collate "caseless"';

/** For MikroORM: matches the pattern without case. */
export const caseless = (pattern: string): Where => ({ $ilike: raw(`? ${CASELESS}`, [pattern]) });

/** Names and hosts that contain the text, without case. */
export const containing = (text: string): Where => caseless(`%${literalPattern(text)}%`);

function comparison(field: string, operator: string, value: unknown, match: Match): Where {
  const message = flawIn(value);
  if (message !== undefined) throw badInput([{ path: `filter.${field}.${operator}`, message }]);
  if (operator === 'contains') return match(`%${literalPattern(String(value))}%`);
  if (operator === 'startsWith') return match(`${literalPattern(String(value))}%`);
  return { [OPERATORS[operator as keyof typeof OPERATORS]]: value };
}

/** MikroORM drops conditions that are empty, whatever surrounds them; so what always or never holds is settled here. */
type Condition = Where | boolean;

function all(conditions: readonly Condition[]): Condition {
  if (conditions.includes(false)) return false;
  const open = conditions.filter((condition) => condition !== true);
  return open.length === 0 || { $and: open };
}

function any(conditions: readonly Condition[]): Condition {
  if (conditions.includes(true)) return true;
  const open = conditions.filter((condition) => condition !== false);
  return open.length > 0 && { $or: open };
}

function no(condition: Condition): Condition {
  return typeof condition === 'boolean' ? !condition : { $not: condition };
}

type Match = (pattern: string) => Where;

/** How whoever reads the conditions wants them. */
interface Style {
  /** Several comparisons of one field. */
  combine: (field: string, comparisons: readonly Where[]) => Where;
  match: Match;
}

const FOR_ENTITIES: Style = {
  combine: (field, comparisons) => ({ $and: comparisons.map((one) => ({ [field]: one })) }),
  match: caseless,
};

/** For rows: of a field with several values, such as labels, all must hold of the same one. MikroORM cannot read it. */
export const together: Style = {
  combine: (field, comparisons) => ({ [field]: { $and: comparisons } }),
  match: (pattern) => ({ $ilike: pattern }),
};

interface Combinable<F> {
  and?: F[];
  or?: F[];
  not?: F;
}

function conditionOf<F extends Combinable<F>>(filter: F, style: Style): Condition {
  const inner = (part: F) => conditionOf(part, style);
  const conditions = Object.entries(filter).flatMap(([field, value]): Condition[] => {
    if (value == null) return [];
    if (field === 'and') return (value as F[]).map(inner);
    if (field === 'or') return [any((value as F[]).map(inner))];
    if (field === 'not') return [no(inner(value as F))];
    const comparisons = Object.entries(value as Where)
      .filter(([operator, operand]) => operand !== undefined && (operand !== null || operator === 'eq'))
      .map(([operator, operand]) => comparison(field, operator, operand, style.match));
    return comparisons.length > 1
      ? [style.combine(field, comparisons)]
      : comparisons.map((one) => ({ [field]: one }));
  });
  return all(conditions);
}

/** A filter input (fields with operators, and/or/not) as MikroORM's condition; BAD_INPUT when it is too large. */
export function whereOf<F extends Combinable<F>>(
  filter: F | null | undefined,
  style: Style = FOR_ENTITIES,
): Where {
  if (partsOf(filter) > MAX_PARTS) {
    throw badInput([{ path: 'filter', message: `has more than ${MAX_PARTS} conditions and values` }]);
  }
  const condition = filter == null || conditionOf(filter, style);
  if (typeof condition === 'object') return condition;
  return condition ? {} : { id: { $in: [] } };
}
