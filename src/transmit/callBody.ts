import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { parseExactly, stringifyExactly } from '../kernel/exactJson.js';
import { surveyOf, weightOfText } from '../kernel/jsonSurvey.js';
import type { BodyEncoding, DecodedBody } from '../domains/platforms/index.js';
import { ProtocolError } from './responseHead.js';

/** Bytes of an answer, which is held in memory whole, before and after it is decoded; unless more are allowed. */
export const MOST_ANSWERED = 1_048_576;
/** Levels of lists and objects in a JSON answer: as many as every reader takes. */
const MOST_LEVELS = 512;
/** Values in a JSON answer: as many as the shortest could be in 1 MiB. */
const MOST_VALUES = 1_048_576;
/** Codings that lie above each other; servers use one. */
const MOST_CODINGS = 3;

const JSON_TYPE = /[/+]json\s*(?:;|$)/i;
const CHARSET = /;\s*charset="?([\w.:-]+)/i;

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const unzip: Decoder = promisify(zlib.unzip);
const DECODERS = new Map<string, Decoder>([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['deflate', unzip],
  ['br', promisify(zlib.brotliDecompress)],
  ['zstd', promisify(zlib.zstdDecompress)],
]);

/** What a platform is told that we read. */
export const ACCEPTED_CODINGS = 'gzip, deflate, br, zstd';

/** The body as it is sent, and its media type. */
export function encodeBody(body: unknown): { body?: string; type?: string } {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { body, type: 'text/plain; charset=utf-8' };
  return { body: stringifyExactly(body), type: 'application/json' };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

async function decompress(
  bytes: Uint8Array,
  coding: string,
  most: number,
  decode: Decoder,
): Promise<Uint8Array> {
  try {
    return await decode(bytes, { maxOutputLength: most });
  } catch (error) {
    if (isTooLarge(error)) throw new ProtocolError(`more than ${most} bytes once they are decoded`);
    throw new ProtocolError(`a malformed content coding ${coding}`);
  }
}

/** Undoes the codings, of which the last was applied last (RFC 9110 8.4), down to one that was not offered. */
async function withoutCodings(bytes: Uint8Array, most: number, header = ''): Promise<Uint8Array> {
  const codings = header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MOST_CODINGS) throw new ProtocolError(`more than ${MOST_CODINGS} content codings`);
  let decoded = bytes;
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS.get(coding);
    if (!decoder) return decoded;
    decoded = await decompress(decoded, coding, most, decoder);
  }
  return decoded;
}

/** The text in the charset that it names, else UTF-8, without a byte order mark; undefined when it is no such text. */
function textOf(bytes: Uint8Array, type: string): string | undefined {
  try {
    return new TextDecoder(CHARSET.exec(type)?.[1] ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bounds of what is held in memory. */
interface Bounds {
  mostBytes?: number | undefined;
  mostValues?: number | undefined;
}

function readJson(text: string, mostValues: number): DecodedBody | undefined {
  const survey = surveyOf(text);
  const { levels, values, weight } = survey;
  if (levels > MOST_LEVELS) throw new ProtocolError(`JSON that nests deeper than ${MOST_LEVELS} levels`);
  if (values > mostValues) throw new ProtocolError(`JSON of more than ${mostValues} values`);
  try {
    return { body: parseExactly(text, survey), bodyEncoding: 'JSON', text, weight };
  } catch {
    return undefined;
  }
}

/** A body that is shown as it is. */
const asText = (body: string, bodyEncoding: BodyEncoding): DecodedBody => ({
  body,
  bodyEncoding,
  text: body,
  weight: weightOfText(body),
});

const NOTHING: DecodedBody = { body: null, bodyEncoding: null, text: '', weight: 1 };

/** What a platform answered. Throws ProtocolError when it cannot be read. */
export async function decodeBody(
  raw: Uint8Array,
  headers: IncomingHttpHeaders,
  { mostBytes = MOST_ANSWERED, mostValues = MOST_VALUES }: Bounds = {},
): Promise<DecodedBody> {
  if (raw.length === 0) return NOTHING;
  const bytes = await withoutCodings(raw, mostBytes, headers['content-encoding']);
  const type = headers['content-type'] ?? '';
  const text = textOf(bytes, type);
  if (text === undefined) return asText(Buffer.from(bytes).toString('base64'), 'BASE64');
  if (text === '') return NOTHING;
  return (JSON_TYPE.test(type) ? readJson(text, mostValues) : undefined) ?? asText(text, 'TEXT');
}
