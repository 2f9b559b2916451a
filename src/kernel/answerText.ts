/** Of an object: what stands in its text, in this order. */
export type ObjectText = readonly FieldText[];

/** Under a key of the answer: a value of the row, what belongs to the row, or what is always the same. */
export type FieldText = ValueText | RelatedText | ConstantText | OwnText;

export interface ValueText {
  readonly key: string;
  /** Of the property. */
  readonly name: string;
  /** Name of the scalar, or of how documents have it, or the values of the enum. */
  readonly form: string | readonly string[];
  readonly isNullable: boolean;
}

export interface RelatedText {
  readonly key: string;
  /** What the field's resolver declares of how it reads, see `Related`. */
  readonly related: object;
  readonly isNullable: boolean;
  /** Of the field, for the variables of a request. */
  readonly args: (variables: Readonly<Record<string, unknown>>) => object;
  /** Of the other object, or of a page of others. */
  readonly of: ObjectText | PageText;
}

export interface ConstantText {
  readonly key: string;
  readonly constant: string;
}

/** What a document has that is no value of the row. */
export interface OwnText {
  readonly key: string;
  /** How it is written, see `Own`. */
  readonly own: object;
}

/** Of a page: its items, and what else is asked of it, in this order. */
export interface PageText {
  readonly items: ObjectText;
  readonly parts: readonly PartText[];
}

export type PageInfoField = 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor';

export type PartText =
  | ConstantText
  | { readonly key: string; readonly part: 'nodes' | 'totalCount' }
  | {
      readonly key: string;
      readonly pageInfo: readonly (ConstantText | { key: string; name: PageInfoField })[];
    };

/** What a request wants as the text that goes out. */
export interface AskedText {
  readonly of: ObjectText | PageText;
  readonly variables: Readonly<Record<string, unknown>>;
}

export const isPage = (of: ObjectText | PageText): of is PageText => 'parts' in of;

/** What is asked for cannot be had as a text: it is read in the common way. */
export class Misfit extends Error {}

const texts = new WeakMap<object, string>();

/** Whoever looks into it wants more than to hand it on. */
const SEALED: ProxyHandler<object> = {
  get: (_target, name) => {
    // A promise is told apart by it.
    if (name === 'then') return undefined;
    throw new Misfit('a text is looked into');
  },
  has: () => {
    throw new Misfit('a text is looked into');
  },
  ownKeys: () => {
    throw new Misfit('a text is looked into');
  },
};

/** Stands for an object whose text is known already; nothing of it can be read. */
export function written(text: string): object {
  const sealed = new Proxy({}, SEALED);
  texts.set(sealed, text);
  return sealed;
}

/** Of what a resolver returned. Throws Misfit where it is an object after all. */
export function writtenText(value: unknown): string {
  if (value === null) return 'null';
  const text = typeof value === 'object' ? texts.get(value) : undefined;
  if (text === undefined) throw new Misfit('no text was read');
  return text;
}
