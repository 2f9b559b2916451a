import { type Field, answerMembers, fieldsOf, operationOf, shapeOf, OPERATIONS } from './catalogue.js';
import { COLLECTIONS, COLLECTION_NAMES, type CollectionName } from './collections.js';
import { type Json, type JsonObject, membersSample } from './samples.js';

export interface Entity {
  /** Keys of the items to which it belongs, and its own. */
  keys: readonly string[];
  value: JsonObject;
}

/** What is in the project; whoever tests may change it at any time. */
export type World = Record<CollectionName, Entity[]>;

/** How many there are of a kind, where it is not as usual. */
export type Counts = Partial<Record<CollectionName, number>>;

const nth = (noun: string, index: number, count: number) => `${noun}-${index % count}`;

/** Sets what stands at a place, if there is such a place. */
export function put(value: JsonObject, place: readonly string[], what: Json): void {
  const [name = '', ...rest] = place;
  if (rest.length === 0) {
    value[name] = what;
    return;
  }
  const within = value[name];
  if (typeof within === 'object' && within !== null && !Array.isArray(within)) put(within, rest, what);
}

/** All that is known of one: what a list tells of it, and what its own operation does. */
function fieldsFor(name: CollectionName): Readonly<Record<string, Field>> {
  const { item, lists } = COLLECTIONS[name];
  const inLists = Object.entries(lists).map(([id, field]) => {
    const { type } = operationOf(id).response.find((each) => each.name === field) ?? { type: 'array' };
    const shape = shapeOf(type);
    return shape.kind === 'array' && shape.of.kind === 'object' ? fieldsOf(shape.of.name) : {};
  });
  const shown = OPERATIONS.filter(({ method, path }) => method === 'GET' && path === item);
  return Object.assign({}, ...inLists, ...shown.map(answerMembers)) as Record<string, Field>;
}

const FIELDS = new Map(COLLECTION_NAMES.map((name) => [name, fieldsFor(name)]));

type Link = (value: JsonObject, index: number, counts: Record<CollectionName, number>) => void;

/** Names of what is there, where samples have none. */
const LINKS: Partial<Record<CollectionName, Link>> = {
  notebooks: (value, index, counts) => {
    put(value, ['status'], 'RUNNING');
    put(value, ['image', 'id'], nth('image', index, counts.images));
    put(value, ['pool', 'id'], nth('pool', index, counts.pools));
  },
  pools: (value, index, counts) => {
    put(value, ['status', 'phase'], 'Running');
    put(
      value,
      ['metadata', 'labels', 'os.modelarts/workspace.id'],
      nth('workspace', index, counts.workspaces),
    );
    put(value, ['spec', 'network', 'name'], nth('network', index, counts.networks));
  },
  nodes: (value, index, counts) =>
    put(
      value,
      ['metadata', 'labels', 'os.modelarts.node/nodepoolname'],
      nth('nodepool', index, counts.nodePools),
    ),
  algorithms: (value, index, counts) =>
    put(value, ['job_config', 'engine', 'image_url'], nth('swr_path', index, counts.images)),
  trainingJobs: (value, index, counts) => {
    put(value, ['kind'], 'job');
    put(value, ['metadata', 'name'], `training ${index}`);
    put(value, ['algorithm', 'id'], nth('algorithm', index, counts.algorithms));
    put(value, ['algorithm', 'engine', 'image_url'], nth('swr_path', index, counts.images));
    put(value, ['spec', 'resource', 'pool_id'], nth('pool', index, counts.pools));
  },
  workloads: (value, index, counts) => put(value, ['jobUUID'], nth('job', index, counts.trainingJobs)),
  models: (value, index, counts) => put(value, ['source_job_id'], nth('job', index, counts.trainingJobs)),
};

export class WorldMaker {
  readonly #counts: Record<CollectionName, number>;

  constructor(counts: Counts) {
    const usual = COLLECTION_NAMES.map((name) => [name, COLLECTIONS[name].count]);
    this.#counts = { ...(Object.fromEntries(usual) as Record<CollectionName, number>), ...counts };
  }

  /** Each collection is made when it is first looked at. */
  world(): World {
    const world = {} as World;
    for (const name of COLLECTION_NAMES) {
      let items: Entity[] | undefined;
      Object.defineProperty(world, name, {
        enumerable: true,
        get: () => (items ??= this.#all(name, world)),
        set: (others: Entity[]) => (items = others),
      });
    }
    return world;
  }

  #all(name: CollectionName, world: World): Entity[] {
    const parent = COLLECTIONS[name].of;
    const parents = parent === undefined ? [[]] : world[parent].map(({ keys }) => keys);
    return parents.flatMap((keys) =>
      Array.from({ length: this.#counts[name] }, (_, index) => this.one(name, index, keys)),
    );
  }

  one(name: CollectionName, index: number, parents: readonly string[]): Entity {
    const { key, noun } = COLLECTIONS[name];
    const value = membersSample(FIELDS.get(name) ?? {}, index);
    LINKS[name]?.(value, index, this.#counts);
    const own = `${noun}-${index}`;
    put(value, key, own);
    return { keys: [...parents, own], value };
  }
}
