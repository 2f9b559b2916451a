import { z } from 'zod';
import { isForm, isJson, sentAs } from './mediaTypes.js';
import type { Body, Method, Schema } from './operation.js';
import type { Found } from './references.js';
import type { Surroundings } from './surroundings.js';
import { mustBe } from './words.js';
import { isRecord } from '../kernel/isRecord.js';
import { below } from './pointer.js';

const Content = z.record(z.string(), z.unknown());

const Shape = z.object({
  required: z.boolean().default(false),
  description: z.string().default(''),
  content: Content.default({}),
});

const Answer = z.object({ content: Content.default({}) });

const MEDIA_TYPE = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;[\t\x20-\x7e]*)?$/;

/** The one of a body that is sent: JSON, else a form, else what is first. */
function chosen(content: Readonly<Record<string, unknown>>): string | undefined {
  const types = Object.keys(content);
  return types.find(isJson) ?? types.find(isForm) ?? types[0];
}

/** The success that is answered. */
const successOf = (responses: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(responses).find((status) => /^2(?:\d\d|XX)$/i.test(status)) ??
  (Object.hasOwn(responses, 'default') ? 'default' : undefined);

/** Reads what operations send and answer. */
export class BodyReader {
  /** Very many operations may refer to the same ones. */
  readonly #bodies = new WeakMap<object, { body: Body | null }>();
  readonly #answers = new WeakMap<object, { answer: Schema | null }>();

  constructor(private readonly surroundings: Pick<Surroundings, 'faults' | 'references' | 'schemas'>) {}

  read(
    { requestBody, responses }: { requestBody?: unknown; responses: Readonly<Record<string, unknown>> },
    place: string,
    method: Method,
  ): { body: Body | null; answer: Schema | null } {
    const status = successOf(responses);
    return {
      // No request of ours has one then.
      body:
        method === 'GET' || method === 'HEAD' ? null : this.#body(requestBody, below(place, 'requestBody')),
      answer:
        status === undefined ? null : this.#answer(responses[status], below(place, 'responses', status)),
    };
  }

  #body(value: unknown, at: string): Body | null {
    if (value === undefined) return null;
    const found = this.surroundings.references.follow(value, at);
    if (!found) return null;
    const known = this.#bodies.get(found.node) ?? { body: this.#readBody(found) };
    this.#bodies.set(found.node, known);
    return known.body;
  }

  #readBody(found: Found): Body | null {
    const { faults } = this.surroundings;
    const shape = faults.check(Shape, found.node, found.place);
    const mediaType = shape && chosen(shape.content);
    if (!shape || mediaType === undefined) return null;
    const { required, description, content } = shape;
    const place = below(found.place, 'content', mediaType);
    if (!MEDIA_TYPE.test(mediaType)) faults.add(place, 'is no media type');
    const sent = sentAs(mediaType);
    const schema = this.#described(content[mediaType], place);
    // Of anything else only the text is known.
    const isText = !isJson(sent) && !isForm(sent);
    return { required, description, mediaType: sent, schema: isText ? { type: 'string' } : schema };
  }

  #answer(value: unknown, at: string): Schema | null {
    const found = this.surroundings.references.follow(value, at);
    if (!found) return null;
    const known = this.#answers.get(found.node) ?? { answer: this.#readAnswer(found) };
    this.#answers.set(found.node, known);
    return known.answer;
  }

  #readAnswer(found: Found): Schema | null {
    const shape = this.surroundings.faults.check(Answer, found.node, found.place);
    const mediaType = shape && Object.keys(shape.content).find(isJson);
    if (!shape || mediaType === undefined) return null;
    return this.#described(shape.content[mediaType], below(found.place, 'content', mediaType));
  }

  #described(media: unknown, place: string): Schema {
    const { faults, schemas } = this.surroundings;
    if (isRecord(media)) return schemas.read(media.schema ?? {}, below(place, 'schema'));
    faults.add(place, mustBe('object'));
    return {};
  }
}
