import { type CatalogueOperation, OPERATIONS, parameterIn } from './catalogue.js';
import { type Arguments, listed, made, pageOf, projected } from './answers.js';
import { COLLECTIONS, COLLECTION_NAMES, type CollectionName, PARAMETERS } from './collections.js';
import { Refusal } from './refusal.js';
import type { Json, JsonObject } from './samples.js';
import { type Entity, type World, type WorldMaker, put } from './world.js';

/** What was asked for, once it is known to be as the catalogue has it. */
export interface Call {
  operation: CatalogueOperation;
  /** By the names of the path's parameters. */
  parameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: unknown;
}

export interface Reply {
  status: number;
  body: JsonObject | null;
}

const parentPath = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** The collection of whose items a path's beginning names one. */
export const collectionAt = (path: string): CollectionName | undefined => {
  const anonymous = path.replaceAll(/\{(?!project_id)\w+\}/g, '{}');
  return COLLECTION_NAMES.find(
    (name) => COLLECTIONS[name].item.replaceAll(/\{(?!project_id)\w+\}/g, '{}') === anonymous,
  );
};

interface Found {
  collection: CollectionName;
  /** The path's beginning that names it. */
  path: string;
  key: string;
  entity: Entity | undefined;
}

/** The items that a path names, from its beginning on; those that are not there too. */
function foundIn({ operation: { path }, parameters }: Call, world: World): Found[] {
  const segments = path.split('/');
  const found: Found[] = [];
  for (const [index, segment] of segments.entries()) {
    const parameter = parameterIn(segment);
    if (parameter === undefined || parameter === 'project_id') continue;
    const prefix = segments.slice(0, index + 1).join('/');
    const collection = collectionAt(prefix) ?? PARAMETERS[parameter];
    if (collection === undefined) continue;
    const key = parameters[parameter] ?? '';
    const parents = COLLECTIONS[collection].of === undefined ? [] : (found.at(-1)?.entity?.keys ?? []);
    const keys = [...parents, key].join('\n');
    const entity = world[collection].find((each) => each.keys.join('\n') === keys);
    found.push({ collection, path: prefix, key, entity });
  }
  return found;
}

/** What changes when a thing is told to do something. */
const EFFECTS: Readonly<Record<string, { place: readonly string[]; becomes: string }>> = {
  startNotebook: { place: ['status'], becomes: 'STARTING' },
  stopNotebook: { place: ['status'], becomes: 'STOPPING' },
  startDevServer: { place: ['status'], becomes: 'STARTING' },
  stopDevServer: { place: ['status'], becomes: 'STOPPING' },
  rebootDevServer: { place: ['status'], becomes: 'REBOOTING' },
  stopTrainingJob: { place: ['status', 'phase'], becomes: 'Terminating' },
};

const argumentsOf = ({ query, body }: Call): Arguments => ({
  ...Object.fromEntries(query),
  ...(typeof body === 'object' && !Array.isArray(body) ? body : {}),
});

interface Filter {
  key?: string;
  operator?: string;
  value?: string[];
}

/** Texts that an item has by the name of an argument are compared; of jobs, those that filters name; of services, the models. */
function isWanted({ value }: Entity, args: Arguments): boolean {
  const isSame = Object.entries(args).every(
    ([name, wanted]) => typeof value[name] !== 'string' || value[name] === wanted,
  );
  const { config } = value;
  const hasModel =
    args['model_id'] === undefined ||
    !Array.isArray(config) ||
    config.some((each) => isObject(each) && each['model_id'] === args['model_id']);
  const metadata = (value['metadata'] ?? {}) as JsonObject;
  const workspace = metadata['workspace_id'];
  const isThere = workspace === undefined || (args['workspace_id'] ?? workspace) === workspace;
  const filters = (Array.isArray(args['filters']) ? args['filters'] : []) as Filter[];
  const passes = ({ key = '', operator, value: values = [] }: Filter) => {
    const text = metadata[key];
    if (typeof text !== 'string') return true;
    return operator === 'like' ? values.some((each) => text.includes(each)) : values.includes(text);
  };
  return isSame && isThere && hasModel && filters.every(passes);
}

export class Operations {
  world: World;

  constructor(
    private readonly maker: WorldMaker,
    /** Whether it insists on the largest page that the API reference has. */
    private readonly isStrict: boolean,
  ) {
    this.world = maker.world();
  }

  /** As it was at first. */
  reset(): void {
    this.world = this.maker.world();
  }

  /** What the operation answers, and does. */
  reply(call: Call): Reply {
    const { operation } = call;
    const found = foundIn(call, this.world);
    const lost = found.find(({ entity }) => entity === undefined);
    if (lost) throw new Refusal(404, 'ModelArts.50000005', `${lost.collection}: ${lost.key} does not exist`);
    const body = this.#answer(call, found);
    if (operation.response.length === 0) return { status: 204, body: null };
    const isNew = operation.method === 'POST' && this.#makes(operation) !== undefined;
    return { status: isNew ? 201 : 200, body };
  }

  #makes({ method, path }: CatalogueOperation): CollectionName | undefined {
    if (method !== 'POST') return undefined;
    return COLLECTION_NAMES.find((name) => parentPath(COLLECTIONS[name].item) === path);
  }

  #answer(call: Call, found: readonly Found[]): JsonObject {
    const { operation } = call;
    const name = COLLECTION_NAMES.find((each) => operation.operationId in COLLECTIONS[each].lists);
    if (name !== undefined) return this.#list(call, name, found);
    const makes = this.#makes(operation);
    if (makes !== undefined) return projected(operation, this.#make(makes, call, found));
    const last = found.at(-1);
    if (last?.entity === undefined) return made(operation, argumentsOf(call), this.isStrict);
    const { value } = last.entity;
    const effect = EFFECTS[operation.operationId];
    if (effect) put(value, effect.place, effect.becomes);
    if (last.path !== operation.path)
      return effect ? projected(operation, value) : made(operation, argumentsOf(call), this.isStrict);
    if (operation.method === 'DELETE') {
      const { keys } = last.entity;
      this.world[last.collection] = this.world[last.collection].filter((each) => each.keys !== keys);
    } else if (operation.method !== 'GET') this.#change(value, call);
    return projected(operation, value);
  }

  #list(call: Call, name: CollectionName, found: readonly Found[]): JsonObject {
    const { operation } = call;
    const parent = COLLECTIONS[name].of;
    const within =
      parent === undefined ? [] : (found.find(({ collection }) => collection === parent)?.entity?.keys ?? []);
    const args = argumentsOf(call);
    const { nodepool_name: nodePool } = call.parameters;
    const items = this.world[name]
      .filter(({ keys }) => within.every((key, index) => keys[index] === key))
      .filter((entity) => isWanted(entity, args))
      .map(({ value }) => value)
      .filter((value) => nodePool === undefined || isOfNodePool(value, nodePool));
    return listed(operation, pageOf(operation, args, items, this.isStrict), [
      COLLECTIONS[name].lists[operation.operationId] ?? '',
    ]);
  }

  /** A new one with all that the body says, as far as it speaks of the same fields. */
  #make(name: CollectionName, call: Call, found: readonly Found[]): JsonObject {
    const entity = this.maker.one(name, this.world[name].length, found.at(-1)?.entity?.keys ?? []);
    this.#change(entity.value, call);
    // What a new one is called is the platform's to say, except where its name is its key.
    const { key } = COLLECTIONS[name];
    const place = key.at(-1) === 'name' ? textAt(entity.value, key) : undefined;
    const own = place ?? entity.keys.at(-1) ?? '';
    put(entity.value, key, own);
    this.world[name].push({ keys: [...entity.keys.slice(0, -1), own], value: entity.value });
    return entity.value;
  }

  #change(value: JsonObject, { body }: Call): void {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
    for (const [name, what] of Object.entries(body as JsonObject)) {
      const before = value[name];
      if (isObject(before) && isObject(what)) Object.assign(before, what);
      else if (typeof before === typeof what) value[name] = what;
    }
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textAt(value: JsonObject, place: readonly string[]): string | undefined {
  const at = place.reduce<Json | undefined>(
    (within, name) => (isObject(within) ? within[name] : undefined),
    value,
  );
  return typeof at === 'string' ? at : undefined;
}

const isOfNodePool = (node: JsonObject, name: string) =>
  textAt(node, ['metadata', 'labels', 'os.modelarts.node/nodepoolname']) === name;

function decodedSegments(path: string): string[] | undefined {
  try {
    return path.split('/').map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

/** The operation that a method and a path mean, static segments before parameters. */
export function operationAt(
  method: string,
  path: string,
): { operation: CatalogueOperation; parameters: Record<string, string> } | undefined {
  const segments = decodedSegments(path);
  if (!segments) return undefined;
  const matches = OPERATIONS.filter((operation) => operation.method === method)
    .flatMap((operation) =>
      [operation.path, operation.altPath ?? []].flat().map((path) => ({ operation, path })),
    )
    .flatMap(({ operation, path }) => {
      const pattern = path.split('/');
      if (pattern.length !== segments.length) return [];
      const parameters: Record<string, string> = {};
      for (const [index, part] of pattern.entries()) {
        const name = parameterIn(part);
        const segment = segments[index] ?? '';
        if (name === undefined ? part !== segment : segment === '') return [];
        if (name !== undefined) parameters[name] = segment;
      }
      return [{ operation, parameters }];
    });
  return matches.toSorted((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0];
}
