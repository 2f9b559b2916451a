import type { ApiDocument } from '../../../openapi/operation.js';

/** What every type of this part of the graph begins with. */
const PREFIX = 'ModelArts';

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `pool_id`, `apiVersion` and `os.modelarts/billing.mode` in lower camel case. */
export function fieldName(name: string): string {
  const [first = '', ...others] = name.split(/[^A-Za-z\d]+/).filter(Boolean);
  return lowerFirst(first) + others.map(upperFirst).join('');
}

export const typeName = (component: string): string => PREFIX + upperFirst(component);

/** Names of what is made of types of the catalogue. */
export class DerivedNames {
  readonly #taken: ReadonlySet<string>;

  constructor({ schemas }: Pick<ApiDocument, 'schemas'>) {
    this.#taken = new Set(Object.keys(schemas).map(typeName));
  }

  /** In the plural where the catalogue has a type of that name: `AlgorithmInput`, `NetworkConnection`. */
  of(name: string, end: 'Input' | 'Connection'): string {
    return this.#taken.has(name + end) ? `${name}s${end}` : name + end;
  }
}

/** Names that GraphQL keeps for itself. */
const RESERVED = new Set(['true', 'false', 'null']);

/** A value of an enum where it is a name, else a name made of it: `x-infer` is X_INFER, `60` is _60. */
export function valueName(value: string): string {
  if (/^(?!__)[A-Za-z_]\w*$/.test(value) && !RESERVED.has(value)) return value;
  return value
    .toUpperCase()
    .replaceAll(/\W+/g, '_')
    .replace(/^(?=\d)/, '_');
}

/** Where a fault is in the arguments of the field: `body.data_volumes.0.mount_path` is `input.dataVolumes.0.mountPath`. */
export function argumentPath(path: string): string {
  const [first = '', ...others] = path.split('.');
  const start = first === 'body' ? 'input' : fieldName(first);
  return [start, ...others.map(fieldName)].join('.');
}
