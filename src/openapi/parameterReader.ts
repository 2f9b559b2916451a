import { z } from 'zod';
import { quoted } from './faults.js';
import type { Surroundings } from './surroundings.js';
import { PLACES, type Parameter, type Place, type Style } from './operation.js';
import { isRecord } from '../kernel/isRecord.js';
import { below } from './pointer.js';
import type { Found } from './references.js';

const Shape = z.object({
  name: z.string().min(1, 'must not be empty'),
  in: z.enum([...PLACES, 'cookie'], 'must be path, query, header or cookie'),
  required: z.boolean().default(false),
  description: z.string().default(''),
  style: z.string().optional(),
  explode: z.boolean().optional(),
  allowReserved: z.boolean().default(false),
  schema: z.unknown().optional(),
  content: z.record(z.string(), z.unknown()).optional(),
});

/** By place; the first is the one without `style`. */
const STYLES: Readonly<Record<Place, readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
};

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What OpenAPI says is no parameter, and what is the connection's. */
const NO_PARAMETERS = new Set(['accept', 'authorization', 'content-type', 'content-length', 'host']);

/** What no two parameters of an operation share. */
const keyOf = ({ in: place, name }: Parameter): string => `${place} ${name}`;

/** The names between braces in a path. */
export const namesIn = (path: string): string[] =>
  [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);

/** Reads parameters. Cookies are none: nothing sends them. */
export class ParameterReader {
  /** Very many operations may refer to the same one. */
  readonly #known = new WeakMap<object, { parameter: Parameter | undefined }>();

  constructor(private readonly surroundings: Pick<Surroundings, 'faults' | 'references' | 'schemas'>) {}

  read(list: readonly unknown[], place: string): Parameter[] {
    const { faults } = this.surroundings;
    const read = new Map<string, Parameter>();
    for (const [index, node] of list.entries()) {
      const parameter = this.#one(node, below(place, index));
      if (!parameter) continue;
      if (read.has(keyOf(parameter)))
        faults.add(below(place, index), `${quoted(parameter.name)} is there twice`);
      else read.set(keyOf(parameter), parameter);
    }
    return [...read.values()];
  }

  /** All parameters of an operation, its own before those of its path, with what they are called as arguments. */
  merged(path: string, place: string, shared: readonly Parameter[], own: readonly Parameter[]): Parameter[] {
    const { faults } = this.surroundings;
    const replaced = new Set(own.map(keyOf));
    const inherited = shared.filter((each) => !replaced.has(keyOf(each)));
    const names = new Set(namesIn(path));
    const all = [...own, ...inherited].filter(
      (parameter) => parameter.in !== 'path' || names.has(parameter.name),
    );
    const described = new Set(all.filter((each) => each.in === 'path').map(({ name }) => name));
    for (const name of names)
      if (!described.has(name))
        faults.add(place, `has no path parameter ${quoted(name)}, which stands in its path`);
    const taken = new Set(['body']);
    return all.map((parameter) => {
      const { name } = parameter;
      const argument = [name, `${parameter.in}_${name}`, `${parameter.in}__${name}`].find(
        (each) => !taken.has(each),
      );
      taken.add(argument ?? name);
      return { ...parameter, argument: argument ?? name };
    });
  }

  #one(value: unknown, at: string): Parameter | undefined {
    const found = this.surroundings.references.follow(value, at);
    if (!found) return undefined;
    const known = this.#known.get(found.node) ?? { parameter: this.#read(found) };
    this.#known.set(found.node, known);
    return known.parameter;
  }

  #read(found: Found): Parameter | undefined {
    const { faults, schemas } = this.surroundings;
    const shape = faults.check(Shape, found.node, found.place);
    if (!shape) return undefined;
    const { in: where, name, content, description } = shape;
    if (where === 'cookie') return undefined;
    if (where === 'header' && NO_PARAMETERS.has(name.toLowerCase())) return undefined;
    if (where === 'header' && !HEADER.test(name))
      faults.add(below(found.place, 'name'), 'is no name of a header');
    const [usual] = STYLES[where];
    const style = STYLES[where].find((each) => each === (shape.style ?? usual));
    if (!style)
      faults.add(below(found.place, 'style'), `must be one of ${STYLES[where].join(', ')} in the ${where}`);
    const [mediaType, media] = Object.entries(content ?? {})[0] ?? [];
    const described = isRecord(media) ? media.schema : shape.schema;
    const from = mediaType === undefined ? ['schema'] : ['content', mediaType, 'schema'];
    return {
      name,
      argument: name,
      in: where,
      required: where === 'path' || shape.required,
      schema: schemas.read(described ?? {}, below(found.place, ...from)),
      description,
      style: style ?? 'simple',
      explode: shape.explode ?? style === 'form',
      allowReserved: shape.allowReserved,
      isJson: mediaType !== undefined,
    };
  }
}
