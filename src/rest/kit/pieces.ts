import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { z } from 'zod';

/** A text of an answer that is read while it is sent, so that a long one is never held as a whole: letters, digits and the like, which JSON has as they are. */
export class TextPieces {
  constructor(readonly pieces: AsyncIterable<string>) {}
}

/** A list of an answer as the JSON that goes out, which the database has written. */
class JsonText {
  constructor(readonly json: string) {}
}

/** Stands for the list; of its items the JSON, with commas between them. */
export const writtenList = <T>(items: string): T[] => new JsonText(`[${items}]`) as unknown as T[];

/** What `check` makes of the body, in which a list that is JSON already is left as it is. */
export function checkedApart(body: object, check: (body: object) => object): object {
  const texts = Object.entries(body).filter(([, value]) => value instanceof JsonText);
  if (texts.length === 0) return check(body);
  const checked = check({ ...body, ...Object.fromEntries(texts.map(([name]) => [name, []])) });
  return { ...checked, ...Object.fromEntries(texts) };
}

/** For `reply`, where a text may be in pieces. */
export const textPieces = (description: string) =>
  z
    .custom<TextPieces | string>((value) => value instanceof TextPieces || typeof value === 'string')
    .meta({ type: 'string', contentEncoding: 'base64', description });

/** Waits for the first piece: a failure before it still has an answer of its own, with its status. */
async function begun({ pieces }: TextPieces): Promise<TextPieces> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  return new TextPieces(
    (async function* () {
      if (first.done === true) return;
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => rest };
    })(),
  );
}

async function withPiecesBegun(body: object): Promise<object> {
  const values = Object.entries(body) as [string, unknown][];
  const begins = values.map(
    async ([name, value]) => [name, value instanceof TextPieces ? await begun(value) : value] as const,
  );
  return Object.fromEntries(await Promise.all(begins));
}

async function* jsonOf(body: object): AsyncGenerator<string> {
  let mark = '{';
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    yield `${mark}${JSON.stringify(name)}:`;
    mark = ',';
    if (!(value instanceof TextPieces)) {
      yield JSON.stringify(value);
      continue;
    }
    yield '"';
    yield* value.pieces;
    yield '"';
  }
  yield '}';
}

/** Of a body with lists that are JSON already; undefined of another. */
function writtenJson(body: object): string | undefined {
  const values = Object.entries(body) as [string, unknown][];
  if (!values.some(([, value]) => value instanceof JsonText)) return undefined;
  const told = values
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${value instanceof JsonText ? value.json : JSON.stringify(value)}`);
  return `{${told.join()}}`;
}

const hasPieces = (body: object): boolean => Object.values(body).some((value) => value instanceof TextPieces);

/** Sends the body as JSON, no faster than it is taken. What fails on the way cuts the answer off, so that it never looks complete. */
export async function sendJson(response: Response, body: object): Promise<void> {
  const json = writtenJson(body);
  if (json !== undefined) {
    // Head and body are written at once, while Express would copy the body first.
    response.type('json').setHeader('Content-Length', Buffer.byteLength(json)).end(json);
    return;
  }
  if (!hasPieces(body) || response.req.method === 'HEAD') {
    response.json(body);
    return;
  }
  const begins = await withPiecesBegun(body);
  response.type('json');
  try {
    await pipeline(Readable.from(jsonOf(begins)), response);
  } catch (error) {
    // Whoever goes away is answered no further.
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
