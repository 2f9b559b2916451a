/** What a row holds, by property; several values of what belongs to it. */
export type Row = ReadonlyMap<string, unknown>;

export interface Filter {
  and?: Filter[] | undefined;
  or?: Filter[] | undefined;
  not?: Filter | undefined;
  [field: string]: unknown;
}

export interface Order {
  property: string;
  direction: string;
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);

/** In a form in which values of the database, of answers and of filters are equal when they mean the same. */
function plain(value: unknown): unknown {
  if (isTime(value)) return Date.parse(value);
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

export function compare(one: unknown, other: unknown): number {
  const [a, b] = [plain(one), plain(other)] as [string, string];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const lower = (value: unknown): string => String(value).toLowerCase();

const OPERATORS: Record<string, (value: unknown, operand: unknown) => boolean> = {
  eq: (value, operand) => compare(value, operand) === 0,
  in: (value, operand) => (operand as unknown[]).some((each) => compare(value, each) === 0),
  gt: (value, operand) => compare(value, operand) > 0,
  gte: (value, operand) => compare(value, operand) >= 0,
  lt: (value, operand) => compare(value, operand) < 0,
  lte: (value, operand) => compare(value, operand) <= 0,
  contains: (value, operand) => lower(value).includes(lower(operand)),
  startsWith: (value, operand) => lower(value).startsWith(lower(operand)),
};

/** Nothing holds of what is null but that it is. */
function isSo(value: unknown, operator: string, operand: unknown): boolean {
  if (value === null || operand === null) return operator === 'eq' && value === operand;
  return OPERATORS[operator]?.(value, operand) ?? false;
}

/** All comparisons hold of the value, or of the same one of several. */
function fieldHolds(value: unknown, comparisons: object): boolean {
  const given = Object.entries(comparisons).filter(([, operand]) => operand !== undefined);
  if (given.length === 0) return true;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.some((each) => given.every(([operator, operand]) => isSo(each, operator, operand)));
}

export function holds(row: Row, { and, or, not, ...fields }: Filter): boolean {
  if (and?.some((each) => !holds(row, each))) return false;
  if (or && !or.some((each) => holds(row, each))) return false;
  if (not && holds(row, not)) return false;
  return Object.entries(fields).every(([field, given]) => fieldHolds(row.get(field), given ?? {}));
}

/** In the order, whose ties run the way of the last column. */
export function ordered(rows: readonly Row[], order: readonly Order[]): Row[] {
  const keys = [...order, { property: 'id', direction: order.at(-1)?.direction ?? 'ASC' }];
  return rows.toSorted((one, other) => {
    for (const { property, direction } of keys) {
      const difference = compare(one.get(property), other.get(property));
      if (difference !== 0) return direction === 'ASC' ? difference : -difference;
    }
    return 0;
  });
}
