import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { DomainError, badInput } from '../../kernel/errors.js';
import type { FormFile } from './endpoint.js';

export const FORM_TYPE = 'multipart/form-data';
const IS_FORM = /^multipart\/form-data\s*(;|$)/i;

/** Texts beside the file; bytes of each, of what stands around all parts, and of all but the file. */
const MOST_TEXTS = 20;
const MOST_TEXT = 4096;
const MOST_FRAMING = 16_384;
const MOST_BESIDES = MOST_TEXTS * MOST_TEXT + MOST_FRAMING;
/** Of one part: header fields, and bytes of these. */
const MOST_HEADERS = 16;
const MOST_HEAD = 4096;

const tooLarge = () => new DomainError('TOO_LARGE', 'the body is too large');
const malformed = (what: string, cause?: unknown) => new DomainError('BAD_INPUT', what, {}, { cause });

function parserOf({ headers }: IncomingMessage, limit: number): BusboyInstance {
  const type = headers['content-type'];
  if (type === undefined || !IS_FORM.test(type))
    throw new DomainError(
      'UNSUPPORTED_MEDIA_TYPE',
      `send the body as a form, with Content-Type: ${FORM_TYPE}`,
    );
  if (Number(headers['content-length'] ?? 0) > limit + MOST_BESIDES) throw tooLarge();
  const limits = {
    fields: MOST_TEXTS,
    fieldSize: MOST_TEXT,
    files: 1,
    fileSize: limit,
    headerPairs: MOST_HEADERS,
    headerSize: MOST_HEAD,
  };
  try {
    return new Busboy({ headers: { ...headers, 'content-type': type }, limits });
  } catch (error) {
    throw malformed('the Content-Type names no boundary of the parts', error);
  }
}

/** What has come of a form. */
class Form {
  /** Bytes that have come. */
  received = 0;
  #used = 0;
  readonly #parts = new Map<string, string | Buffer>();

  add(name: string | undefined, value: string | Buffer): void {
    if (name === undefined) throw malformed('a part of the body has no name');
    if (this.#parts.has(name)) throw badInput([{ path: name.slice(0, 80), message: 'must be there once' }]);
    this.#parts.set(name, value);
    this.#used += Buffer.byteLength(value);
  }

  /** The parts by name, once all have come. */
  get parts(): Record<string, string | Buffer> {
    // The parser drops what is too much of a head.
    if (this.received - this.#used > MOST_FRAMING) throw malformed('the heads of the parts are too large');
    return Object.fromEntries(this.#parts);
  }
}

async function contentOf(stream: BusboyFileStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  if (stream.truncated) throw tooLarge();
  return Buffer.concat(chunks);
}

/**
 * The parts of a form by name: texts, and one file of at most `limit` bytes. What is wrong is told while the rest of the
 * body still comes; that is dropped, as long as the time for bodies lasts.
 */
export async function formOf(request: IncomingMessage, { limit }: FormFile): Promise<object> {
  const most = limit();
  const parser = parserOf(request, most);
  const form = new Form();
  const files: Promise<void>[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const attempt = (act: () => void) => {
        try {
          act();
        } catch (error) {
          reject(error);
        }
      };
      parser
        .on('file', (name, stream) => {
          const file = contentOf(stream).then((content) => form.add(name, content));
          file.catch(reject);
          files.push(file);
        })
        .on('field', (name, value, _nameTruncated, isTruncated) =>
          attempt(() => {
            if (isTruncated) throw badInput([{ path: name, message: `must not exceed ${MOST_TEXT} bytes` }]);
            form.add(name, value);
          }),
        )
        .on('filesLimit', () => reject(malformed('the body must have one file')))
        .on('fieldsLimit', () => reject(malformed(`the body must not have more than ${MOST_TEXTS} texts`)))
        .on('error', (error) => reject(malformed('the body is no form, or ends too early', error)))
        .once('finish', resolve);
      request
        .on('data', (chunk: Buffer) => {
          form.received += chunk.length;
          if (form.received > most + MOST_BESIDES) reject(tooLarge());
        })
        .on('error', (error) => reject(malformed('the body did not come to its end', error)))
        .pipe(parser);
    });
    await Promise.all(files);
    return form.parts;
  } finally {
    request.unpipe(parser).resume();
  }
}
