import { stringifyExactly } from '../kernel/exactJson.js';
import { kindOf } from './kinds.js';
import type { Parameter } from './operation.js';

const ESCAPED: Readonly<Record<string, string>> = {
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '*': '%2A',
};

/** All but unreserved characters percent-encoded. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => ESCAPED[character] ?? character);

/** A part of a path as the document writes it, perhaps encoded already. */
export const literal = (text: string): string =>
  text.replaceAll(/%(?![0-9a-f]{2})|[^!-~]|["<>\\^`{|}]/giu, encodeURIComponent);

/** What may stand in a query as it is, where a parameter allows it; `&`, `+` and `#` would mean something else there. */
const reserved = (text: string): string =>
  encodeURI(text).replaceAll(/[&+#[\]]/g, (character) => encodeURIComponent(character));

/** A value as plain text; lists and objects as JSON. */
export function plain(value: unknown): string {
  const kind = kindOf(value);
  if (kind.is === 'string') return kind.text;
  return kind.is === 'null' ? '' : stringifyExactly(value);
}

type Parts = { list: string[] } | { entries: [string, string][] };

/** What a value is written of: one or more texts, or texts by name. */
function partsOf({ isJson }: Parameter, value: unknown): Parts {
  if (isJson) return { list: [stringifyExactly(value)] };
  const kind = kindOf(value);
  if (kind.is === 'array') return { list: kind.items.map(plain) };
  if (kind.is !== 'object') return { list: [plain(value)] };
  return { entries: Object.entries(kind.properties).map(([key, inner]) => [key, plain(inner)]) };
}

/** Names and values in turn, or joined pairs where they are exploded. */
const spread = (parts: Parts, write: (text: string) => string, explode: boolean): string[] => {
  if ('list' in parts) return parts.list.map(write);
  const pairs = parts.entries.map(([key, value]) => [write(key), write(value)]);
  return explode ? pairs.map((pair) => pair.join('=')) : pairs.flat();
};

/** As it stands in a path. */
export function pathOf(parameter: Parameter, value: unknown): string {
  const { style, explode, name } = parameter;
  const parts = partsOf(parameter, value);
  const texts = spread(parts, encoded, explode);
  if (style === 'label') return `.${texts.join(explode ? '.' : ',')}`;
  if (style !== 'matrix') return texts.join(',');
  const own = encoded(name);
  if (!explode) return `;${own}=${texts.join(',')}`;
  return texts.map((text) => ('list' in parts ? `;${own}=${text}` : `;${text}`)).join('');
}

/** As it stands in a header. */
export function headerOf(parameter: Parameter, value: unknown): string {
  return spread(partsOf(parameter, value), (text) => text, parameter.explode).join(',');
}

const SEPARATORS: Readonly<Record<string, string>> = { spaceDelimited: '%20', pipeDelimited: '%7C' };

/** What it adds to a query, each `name=value`. */
export function queryOf(parameter: Parameter, value: unknown): string[] {
  const { style, explode, allowReserved } = parameter;
  const write = allowReserved ? reserved : encoded;
  const name = encoded(parameter.name);
  const parts = partsOf(parameter, value);
  if ('entries' in parts && style === 'deepObject')
    return parts.entries.map(([key, inner]) => `${name}%5B${encoded(key)}%5D=${write(inner)}`);
  const texts = spread(parts, write, explode);
  if (explode) return 'list' in parts ? texts.map((text) => `${name}=${text}`) : texts;
  return texts.length > 0 ? [`${name}=${texts.join(SEPARATORS[style] ?? ',')}`] : [];
}
