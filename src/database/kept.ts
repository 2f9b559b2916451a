import { type CompiledQuery, type RawBuilder } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { ObjectText, PageText } from '../kernel/answerText.js';
import type { Reader } from '../kernel/context.js';
import { TextWriter } from './objectText.js';

/** Characters of statements that are kept, with what they are found by. */
const MOST_KEPT = 4_000_000;

const statements = new LRUCache<string, CompiledQuery>({
  maxSize: MOST_KEPT,
  sizeCalculation: (statement, key) => statement.sql.length + key.length,
});

const names = new WeakMap<ObjectText | PageText, number>();
let named = 0;

function nameOf(of: ObjectText | PageText): number {
  const name = names.get(of) ?? ++named;
  names.set(of, name);
  return name;
}

const plain = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** In a statement's parameters: what differs each time, by its place among what is given. */
export class Given {
  constructor(readonly place: number) {}
}

export interface Question {
  /** Made once for all who ask the same. */
  of: ObjectText | PageText;
  variables?: Readonly<Record<string, unknown>>;
  /** On what the statement depends besides; who asks is a part of that, unless it is given. */
  by: readonly unknown[];
  given?: readonly unknown[];
}

/** The first row of a statement that is written once for the same question. */
export async function answerTo(
  reader: Reader,
  { of, variables = {}, by, given = [] }: Question,
  write: (writer: TextWriter) => RawBuilder<unknown>,
): Promise<Record<string, unknown> | undefined> {
  const key = JSON.stringify([nameOf(of), variables, ...by], plain);
  const kysely = reader.getKysely();
  const known = statements.get(key);
  const statement = known ?? write(new TextWriter(reader, variables)).compile(kysely);
  if (!known) statements.set(key, statement);
  const parameters = statement.parameters.map((value) =>
    value instanceof Given ? given[value.place] : value,
  );
  const { rows } = await kysely.executeQuery({ ...statement, parameters });
  return rows[0] as Record<string, unknown> | undefined;
}
