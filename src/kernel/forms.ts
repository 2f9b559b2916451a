import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { DomainError, badInput } from './errors.js';
import { Gathered } from './gathered.js';
import type { Held } from './uploadRoom.js';

export const FORM_TYPE = 'multipart/form-data';
const IS_FORM = /^multipart\/form-data\s*(;|$)/i;

/** Bytes of what stands around all parts. */
const MOST_FRAMING = 16_384;
/** Of one part: header fields, and bytes of these. */
const MOST_HEADERS = 16;
const MOST_HEAD = 4096;
/** Of a name that a message tells. */
const MOST_TOLD = 80;

export interface FormLimits {
  /** Texts, and bytes of each. */
  texts: number;
  textSize: number;
  /** Files, and bytes of all together. */
  files: number;
  bytes: number;
  /** Bytes of a file in this field; undefined where it takes none. */
  sizeOf: (field: string) => number | undefined;
  /** What it holds is counted there. */
  held: Held;
}

/** A file as it came. */
export class FormFile {
  constructor(
    /** What its sender calls it. */
    readonly name: string,
    readonly content: Buffer,
  ) {}
}

export interface FormPart {
  field: string;
  value: string | FormFile;
}

const tooLarge = () => new DomainError('TOO_LARGE', 'the body is too large');
const malformed = (what: string, cause?: unknown) => new DomainError('BAD_INPUT', what, {}, { cause });

export const isForm = ({ headers }: IncomingMessage): boolean => IS_FORM.test(headers['content-type'] ?? '');

const around = ({ texts, textSize }: FormLimits): number => texts * textSize + MOST_FRAMING;

function parserOf(request: IncomingMessage, limits: FormLimits): BusboyInstance {
  const { headers } = request;
  const type = headers['content-type'];
  if (type === undefined || !isForm(request))
    throw new DomainError(
      'UNSUPPORTED_MEDIA_TYPE',
      `send the body as a form, with Content-Type: ${FORM_TYPE}`,
    );
  if (Number(headers['content-length'] ?? 0) > limits.bytes + around(limits)) throw tooLarge();
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': type },
      limits: {
        fields: limits.texts,
        fieldSize: limits.textSize,
        files: limits.files,
        fileSize: limits.bytes,
        headerPairs: MOST_HEADERS,
        headerSize: MOST_HEAD,
      },
    });
  } catch (error) {
    throw malformed('the Content-Type names no boundary of the parts', error);
  }
}

/** What has come of a form. */
class Form {
  readonly parts: FormPart[] = [];
  #received = 0;
  #used = 0;
  #files = 0;

  constructor(private readonly limits: FormLimits) {}

  receive(bytes: number): void {
    this.#received += bytes;
    if (this.#received > this.limits.bytes + around(this.limits)) throw tooLarge();
    this.limits.held.add(bytes);
  }

  add(field: string | undefined, value: string | FormFile): void {
    if (field === undefined) throw malformed('a part of the body has no name');
    this.parts.push({ field, value });
    this.#used += typeof value === 'string' ? Buffer.byteLength(value) : value.content.length;
  }

  async file(field: string | undefined, stream: BusboyFileStream, name: string): Promise<void> {
    const limit = field === undefined ? undefined : this.limits.sizeOf(field);
    const content = new Gathered();
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      this.#files += chunk.length;
      if (this.#files > this.limits.bytes || (limit !== undefined && size > limit)) throw tooLarge();
      if (limit !== undefined) content.add(chunk);
    }
    if (stream.truncated) throw tooLarge();
    if (limit === undefined && field !== undefined)
      throw badInput([{ path: field.slice(0, MOST_TOLD), message: 'must not be a file' }]);
    this.add(field, new FormFile(name, content.whole()));
  }

  /** Once all have come. */
  check(): void {
    // The parser drops what is too much of a head.
    if (this.#received - this.#used > MOST_FRAMING) throw malformed('the heads of the parts are too large');
  }
}

/**
 * The parts of a form, within bounds. What is wrong is told while the rest of the body still comes; that is dropped, as
 * long as the time for bodies lasts.
 */
export async function readForm(request: IncomingMessage, limits: FormLimits): Promise<FormPart[]> {
  const parser = parserOf(request, limits);
  const form = new Form(limits);
  const files: Promise<void>[] = [];
  let receive: ((chunk: Buffer) => void) | undefined;
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
        .on('file', (field, stream, name) => {
          const file = form.file(field, stream, name ?? '');
          file.catch((error: unknown) => {
            reject(error);
            stream.resume();
          });
          files.push(file);
        })
        .on('field', (field, value, _nameTruncated, isTruncated) =>
          attempt(() => {
            if (isTruncated)
              throw badInput([{ path: field, message: `must not exceed ${limits.textSize} bytes` }]);
            form.add(field, value);
          }),
        )
        .on('filesLimit', () =>
          reject(
            malformed(
              limits.files === 1
                ? 'the body must have one file'
                : `the body must not have more than ${limits.files} files`,
            ),
          ),
        )
        .on('fieldsLimit', () => reject(malformed(`the body must not have more than ${limits.texts} texts`)))
        .on('error', (error) => reject(malformed('the body is no form, or ends too early', error)))
        .once('finish', resolve);
      receive = (chunk) => attempt(() => form.receive(chunk.length));
      request
        .on('data', receive)
        .on('error', (error) => reject(malformed('the body did not come to its end', error)))
        .pipe(parser);
    });
    await Promise.all(files);
    form.check();
    return form.parts;
  } finally {
    if (receive) request.off('data', receive);
    request.unpipe(parser).resume();
  }
}
