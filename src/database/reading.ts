import { type RawBuilder, sql } from 'kysely';
import { Misfit } from '../kernel/answerText.js';
import type { Reader } from '../kernel/context.js';
import type { Selection } from '../kernel/selection.js';
import { rowsOf } from './rows.js';
import type { Column, Reading, Source } from './source.js';

/** Which rows of an entity are read, and what of them. */
export interface Wanted {
  /** What must hold besides what the caller asks for, such as that it may see the row; in the words of a filter. */
  scope?: object;
  /** Fields that are found by another path than their name, such as `label` by `labels.name`. */
  paths?: Readonly<Record<string, string>>;
  /** Properties by which a selected field is answered, where it is none of them, such as those of a user's role. */
  needs?: Readonly<Record<string, readonly string[]>>;
  /** What is read; all that is not hidden without it. */
  selection?: Selection;
}

/** Looks columns up and remembers them, since a statement must join what they need. */
export class Columns<T extends object> {
  readonly used: Column[] = [];

  constructor(
    readonly source: Source<T>,
    private readonly paths: Readonly<Record<string, string>> = {},
  ) {}

  readonly find = (name: string): Column => {
    const column = this.source.column(this.paths[name] ?? name);
    this.used.push(column);
    return column;
  };
}

/** What is read beside what is selected: a property, or a column under the name that it shall have. */
export type AlsoRead = string | readonly [string, Column];

/** Reads what is selected, what it needs, and the values of these properties. */
export function readingOf<T extends object>(
  source: Source<T>,
  { selection, needs = {}, paths = {} }: Wanted,
  properties: readonly AlsoRead[],
): Reading<T> {
  if (selection?.text) throw new Misfit('rows are read as objects');
  const needed = Object.entries(needs).flatMap(([field, names]) =>
    !selection?.fields || selection.fields.has(field) ? names : [],
  );
  const alsoRead = [...properties, ...needed].map((each) =>
    typeof each === 'string' ? ([each, source.column(paths[each] ?? each)] as const) : each,
  );
  return source.reading(selection, new Map(alsoRead));
}

/** Reads the rows of `from`, where a statement that begins with the reading's `select` is named "row". */
export async function read<T>(
  reader: Reader,
  { json, parse }: Reading<T>,
  from: RawBuilder<unknown>,
): Promise<T[]> {
  const [answer] = await rowsOf(reader, sql`select ${json} as "rows" from ${from}`);
  return parse(answer?.['rows']);
}
