import { decodeCursor, encodeCursor } from '../../kernel/cursors.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import { DEFAULT_PAGE_SIZE, type Edge, MAX_PAGE_SIZE } from '../../kernel/pages.js';
import { isRecord } from '../../kernel/isRecord.js';

/** How the upstream answers a list in pages; see `paging` in schema/modelarts/graph.yaml. */
export interface Paging {
  by: 'offset' | 'marker';
  /** What an offset counts; records unless it says otherwise. */
  unit?: 'records' | 'pages';
  /** Where the paging arguments stand; in the query unless it says otherwise. */
  in?: 'query' | 'body';
  /** Fields of the answer, the first of which that is there has the records. */
  items: readonly string[];
  /** The field of the answer that counts all records. */
  total?: string;
  /** The largest page that the API reference allows. */
  max?: number;
}

/** Names of the upstream's own arguments, which `first` and `after` stand for. */
export const PAGING_ARGUMENTS = {
  offset: ['offset', 'limit'],
  marker: ['continue', 'limit'],
} as const satisfies Record<Paging['by'], readonly string[]>;

/** Values of these. */
export type PageOfUpstream = Readonly<Record<string, string | number>>;

export interface PageArguments {
  first?: number | null;
  after?: string | null;
}

/** Where a list goes on. */
export interface Place {
  /** Records before it. */
  position: number;
  /** Of the upstream's page in which it is; null for its first, and where pages have no markers. */
  marker: string | null;
  /** Records of that page before it. */
  skip: number;
}

export const START: Place = { position: 0, marker: null, skip: 0 };

/** What 32 bits hold, as the upstream's offsets are. */
const MOST_RECORDS = 2_147_483_647;
/** Characters. */
const LONGEST_MARKER = 2_048;
/** Characters: a marker of bytes that JSON escapes, in base64. */
const LONGEST_CURSOR = 16_384;

const listOf = (operation: string): string => `modelArts:${operation}`;

/** A record of a list; few of their cursors are ever asked for. */
export class RecordEdge implements Edge<unknown> {
  constructor(
    private readonly operation: string,
    /** Behind the record. */
    private readonly place: Place,
    readonly node: unknown,
  ) {}

  get cursor(): string {
    const { position, marker, skip } = this.place;
    return encodeCursor(listOf(this.operation), [position, marker, skip]);
  }

  /** The same with what is shown of the record. */
  showing(node: unknown): RecordEdge {
    return new RecordEdge(this.operation, this.place, node);
  }
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;

/** Where the arguments want a list to start, and how many records; BAD_INPUT where they make no sense. */
export function wantedOf(operation: string, args: PageArguments): { place: Place; count: number } {
  const count = args.first ?? DEFAULT_PAGE_SIZE;
  if (count < 0 || count > MAX_PAGE_SIZE)
    throw badInput([{ path: 'first', message: `must be from 0 to ${MAX_PAGE_SIZE}` }]);
  if (args.after == null) return { place: START, count };
  const text = args.after.length > LONGEST_CURSOR ? '' : args.after;
  const values = decodeCursor(listOf(operation), ['number', 'string', 'number'], text, 'after');
  const [position, marker = null, skip] = values;
  if (isCount(position, MOST_RECORDS) && isCount(skip, MAX_PAGE_SIZE))
    return { place: { position, marker: marker as string | null, skip }, count };
  throw badInput([{ path: 'after', message: 'is no cursor of this list; start again without it' }]);
}

/** A page as the upstream answered it. */
export interface AnsweredPage {
  items: readonly unknown[];
  /** How many records the whole list has; undefined where the answer does not tell. */
  total: number | undefined;
  /** The marker of the next page; null at the end, and where pages have none. */
  next: string | null;
}

const unreadable = (operation: string, what: string): DomainError =>
  new DomainError('UPSTREAM_PROTOCOL', `${operation} answered ${what}`);

function itemsIn(
  operation: string,
  names: readonly string[],
  answer: Readonly<Record<string, unknown>>,
): unknown[] {
  const name = names.find((field) => answer[field] !== undefined && answer[field] !== null);
  const items = name === undefined ? [] : answer[name];
  if (Array.isArray(items)) return items;
  throw unreadable(operation, `no list in ${JSON.stringify(name)}`);
}

const countIn = (value: unknown): number | undefined => (isCount(value, MOST_RECORDS) ? value : undefined);

/** Reads an answer that has `before` records before it; UPSTREAM_PROTOCOL where it is no page. Nothing is an empty page. */
export function pageIn(operation: string, paging: Paging, answer: unknown, before: number): AnsweredPage {
  if (answer === null) return { items: [], total: undefined, next: null };
  if (!isRecord(answer)) throw unreadable(operation, 'no object');
  const items = itemsIn(operation, paging.items, answer);
  const total = paging.total === undefined ? undefined : countIn(answer[paging.total]);
  if (paging.by === 'offset') return { items, total, next: null };
  const metadata = isRecord(answer['metadata']) ? answer['metadata'] : {};
  const marker = metadata['continue'];
  const next = typeof marker === 'string' && marker !== '' && marker.length <= LONGEST_MARKER ? marker : null;
  const remaining = next === null ? 0 : countIn(metadata['remainingItemCount']);
  return { items, total: remaining === undefined ? undefined : before + items.length + remaining, next };
}
