/** Where answers hold the keys that other operations want: `*` is the first of a list. */
const SOURCES = {
  platform: ['registerPlatform.platform.id', 'platforms.nodes.*.id'],
  cluster: ['registerCluster.cluster.id', 'clusters.nodes.*.id'],
  deployment: ['createDeployment.deployment.id', 'deployments.nodes.*.id'],
  dataCenter: ['registerDataCenter.dataCenter.id', 'dataCenters.nodes.*.id'],
} as const satisfies Record<string, readonly string[]>;

export type KeyOf = keyof typeof SOURCES;

const NOUNS = Object.keys(SOURCES) as KeyOf[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, name) => (isObject(found) ? found[name === '*' ? '0' : name] : undefined),
      value,
    );
}

/** `value` with `key` where an empty text stood at `path`. */
function filled(value: unknown, [name, ...rest]: readonly string[], key: string): unknown {
  if (name === undefined) return value === '' ? key : value;
  return isObject(value) && name in value ? { ...value, [name]: filled(value[name], rest, key) } : value;
}

/** Keys of what was seen last, for the operations that come next. */
export class Keys {
  readonly #known = new Map<KeyOf, string>();

  /** Takes note of what an answer of the graph holds. */
  learn(answer: unknown): void {
    if (!isObject(answer)) return;
    for (const noun of NOUNS) {
      for (const path of SOURCES[noun]) {
        const key = at(answer['data'], path);
        if (typeof key === 'string') this.#known.set(noun, key);
      }
    }
  }

  /** `variables` with what is known, at the places that are empty; `wants` names the place by its path. */
  fillIn(variables: unknown, wants: Readonly<Record<string, KeyOf>>): unknown {
    return Object.entries(wants).reduce((before, [path, noun]) => {
      const key = this.#known.get(noun);
      return key === undefined ? before : filled(before, path.split('.'), key);
    }, variables);
  }
}
