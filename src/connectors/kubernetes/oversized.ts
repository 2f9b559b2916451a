import { MOST_NAME } from './objects.js';
import { Oversized } from '../../net/oversized.js';
import { tidy } from '../../net/text.js';

/** As Go writes objects: their kind, then their metadata, of which the name is the first. */
const NAME = /^\{(?:"(?:kind|apiVersion)":"[^"\\]*",){0,2}"metadata":\{"name":"([^"\\]+)"/;
const EVENT = /^\{"type":"(ADDED|MODIFIED|DELETED)","object":/;

/** The name of an object that is too large, as far as it can be made out. */
export function nameOf({ beginning }: Oversized): string | undefined {
  const name = NAME.exec(beginning.trimStart())?.[1];
  return name === undefined ? undefined : tidy(name, MOST_NAME);
}

/** What it says where it is an event of a watch, as far as that can be made out. */
export function eventOf({
  beginning,
  mostBytes,
}: Oversized): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: Oversized } | undefined {
  const [before = '', type] = EVENT.exec(beginning) ?? [];
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined;
  return { type, object: new Oversized(beginning.slice(before.length), mostBytes) };
}
