import { z } from 'zod';
import { BodyReader } from './bodyReader.js';
import { quoted } from './faults.js';
import { METHODS, type Method, type Operation, type Parameter } from './operation.js';
import { ParameterReader } from './parameterReader.js';
import { isRecord } from '../kernel/isRecord.js';
import { below } from './pointer.js';
import { basePathOf } from './servers.js';
import type { Surroundings } from './surroundings.js';
import { mustBe } from './words.js';

const MOST_OPERATIONS = 2000;
/** Of all operations, with those that they share with others of their path. */
const MOST_PARAMETERS = 100_000;

const text = z.string();

const Shape = z.object({
  operationId: text.min(1, 'must not be empty').max(256, 'must not exceed 256 characters').optional(),
  summary: text.default(''),
  description: text.default(''),
  tags: z.array(text).default([]),
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()).default({}),
  security: z
    .array(z.record(z.string(), z.array(text)), 'must be a list of objects, each with lists of scopes')
    .optional(),
  servers: z.unknown().optional(),
});

/** What stands at a path, for all of its methods. */
interface PathItem {
  path: string;
  place: string;
  node: Readonly<Record<string, unknown>>;
  parameters: readonly Parameter[];
}

const extensionsOf = (node: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(node).filter(([key]) => key.startsWith('x-')));

/** Reads the operations of a document. */
export class OperationReader {
  readonly #operations = new Map<string, Operation>();
  readonly #parameters: ParameterReader;
  readonly #bodies: BodyReader;
  /** Whatever else refers to an operation's node. */
  readonly #shapes = new WeakMap<object, { shape: z.output<typeof Shape> | undefined }>();
  #count = 0;
  #parameterCount = 0;
  /** What operations need that say nothing of it. */
  #neededOfAll: string[][] | undefined;

  constructor(
    private readonly root: Readonly<Record<string, unknown>>,
    private readonly surroundings: Surroundings,
  ) {
    this.#parameters = new ParameterReader(surroundings);
    this.#bodies = new BodyReader(surroundings);
  }

  read(): ReadonlyMap<string, Operation> {
    const { paths = {} } = this.root;
    const { faults } = this.surroundings;
    if (!isRecord(paths)) faults.add('/paths', mustBe('object'));
    else for (const [path, item] of Object.entries(paths)) this.#readPath(path, item);
    if (this.#count > MOST_OPERATIONS)
      faults.add('/paths', `has ${this.#count} operations; a document may have ${MOST_OPERATIONS}`);
    if (this.#parameterCount > MOST_PARAMETERS)
      faults.add('/paths', `has operations with more than ${MOST_PARAMETERS} parameters in all`);
    return this.#operations;
  }

  #readPath(path: string, item: unknown): void {
    if (path.startsWith('x-')) return;
    const { faults, references } = this.surroundings;
    const place = below('/paths', path);
    if (!/^\/[^?#]*$/.test(path) || !path.isWellFormed())
      return faults.add(place, 'must start with / and have neither ? nor #');
    const found = references.follow(item, place);
    if (!found) return;
    const shared = found.node.parameters ?? [];
    if (!Array.isArray(shared)) return faults.add(below(found.place, 'parameters'), mustBe('array'));
    const parameters = this.#parameters.read(shared, below(found.place, 'parameters'));
    for (const method of METHODS) {
      const node = found.node[method.toLowerCase()];
      const at = below(found.place, method.toLowerCase());
      if (node !== undefined)
        this.#readOperation(method, node, { path, place: at, node: found.node, parameters });
    }
  }

  #readOperation(method: Method, node: unknown, item: PathItem): void {
    const { faults } = this.surroundings;
    const { path, place } = item;
    const shape = this.#shapeOf(node, place);
    if (!shape || !isRecord(node)) return;
    const id = shape.operationId ?? `${method} ${path}`;
    if (this.#operations.has(id))
      return faults.add(below(place, 'operationId'), `${quoted(id)} is the id of another operation, too`);
    this.#count += 1;
    if (this.#count > MOST_OPERATIONS) return;
    this.#parameterCount += shape.parameters.length + item.parameters.length;
    if (this.#parameterCount > MOST_PARAMETERS) return;
    const own = this.#parameters.read(shape.parameters, below(place, 'parameters'));
    const parameters = this.#parameters.merged(path, place, item.parameters, own);
    const { body, answer } = this.#bodies.read(shape, place, method);
    this.#operations.set(id, {
      id,
      method,
      path: `${basePathOf([shape.servers, item.node.servers, this.root.servers])}${path}`,
      summary: shape.summary,
      description: shape.description,
      tags: shape.tags,
      parameters,
      body,
      answer,
      security: this.#security(shape.security, place),
      extensions: extensionsOf(node),
    });
  }

  #shapeOf(node: unknown, place: string): z.output<typeof Shape> | undefined {
    const { faults } = this.surroundings;
    if (!isRecord(node)) return faults.check(Shape, node, place);
    const known = this.#shapes.get(node) ?? { shape: faults.check(Shape, node, place) };
    this.#shapes.set(node, known);
    return known.shape;
  }

  #security(own: z.output<typeof Shape>['security'], place: string): string[][] {
    if (own) return this.#needed(own, below(place, 'security'));
    const { faults } = this.surroundings;
    this.#neededOfAll ??= this.#needed(
      faults.check(Shape.shape.security, this.root.security, '/security') ?? [],
      '/security',
    );
    return this.#neededOfAll;
  }

  #needed(needed: Exclude<z.output<typeof Shape>['security'], undefined>, at: string): string[][] {
    const { faults, securitySchemes } = this.surroundings;
    for (const [index, name] of needed.flatMap((all, index) =>
      Object.keys(all).map((name) => [index, name] as const),
    ))
      if (!Object.hasOwn(securitySchemes, name))
        faults.add(below(at, index), `${quoted(name)} is not among /components/securitySchemes`);
    return needed.map((all) => Object.keys(all));
  }
}
