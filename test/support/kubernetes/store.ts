import { type KubernetesObject, namespaceOf } from './objects.js';

export type Resource = 'nodes' | 'namespaces' | 'events' | 'pods';
export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Change {
  resource: Resource;
  resourceVersion: number;
  type: ChangeType;
  object: KubernetesObject;
}

/** An answer that is no success. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export const gone = (what: string) => new ApiFailure(410, 'Expired', `${what} is too old`);
const conflict = (message: string, causes?: unknown[]) =>
  new ApiFailure(409, 'Conflict', message, causes && { causes });

export interface Apply {
  name: string;
  uid: string | undefined;
  labels: Record<string, string>;
  manager: string;
  force: boolean;
}

/** What the cluster holds: every change has a number, by which watches go on. */
export class Store {
  readonly objects: Record<Resource, Map<string, KubernetesObject>> = {
    nodes: new Map(),
    namespaces: new Map(),
    events: new Map(),
    pods: new Map(),
  };
  readonly #history: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #snapshots = new Map<string, { items: KubernetesObject[]; resourceVersion: number }>();
  /** By node and field manager: the labels that it owns. */
  readonly #owners = new Map<string, Map<string, Set<string>>>();
  #version = 1000;
  #oldest = 0;

  constructor() {
    for (const name of ['default', 'kube-system']) this.put('namespaces', namespaceOf(name));
  }

  get version(): number {
    return this.#version;
  }

  put(resource: Resource, object: KubernetesObject): KubernetesObject {
    const objects = this.objects[resource];
    const previous = objects.get(object.metadata.name);
    const stored = structuredClone(object);
    this.#version += 1;
    stored.metadata.resourceVersion = String(this.#version);
    objects.set(stored.metadata.name, stored);
    if (resource === 'nodes') this.#ownTheRest(stored);
    this.#tell(resource, previous ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  remove(resource: Resource, name: string): void {
    const object = this.get(resource, name);
    this.#version += 1;
    this.objects[resource].delete(name);
    this.#owners.delete(name);
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.#tell(resource, 'DELETED', { ...object, metadata });
  }

  get(resource: Resource, name: string): KubernetesObject {
    const object = this.objects[resource].get(name);
    if (!object) throw new ApiFailure(404, 'NotFound', `${resource} ${JSON.stringify(name)} not found`);
    return object;
  }

  create(resource: Resource, object: KubernetesObject): KubernetesObject {
    if (this.objects[resource].has(object.metadata.name)) {
      throw new ApiFailure(
        409,
        'AlreadyExists',
        `${resource} ${JSON.stringify(object.metadata.name)} already exists`,
      );
    }
    return this.put(resource, object);
  }

  /** A page, of the state that the first page saw. */
  list(
    resource: Resource,
    limit: number,
    token: string | null,
    matches: (object: KubernetesObject) => boolean,
  ) {
    const [id = '', offsetText = '0'] = token?.split(':') ?? [];
    const snapshot = token === null ? this.#snapshot(resource, matches) : this.#snapshots.get(id);
    if (!snapshot) throw gone('The provided continue parameter');
    const from = Number(offsetText);
    const to = limit > 0 ? from + limit : Infinity;
    const rest = snapshot.items.length - to;
    if (rest > 0) this.#snapshots.set(String(snapshot.resourceVersion), snapshot);
    return {
      items: snapshot.items.slice(from, to),
      resourceVersion: String(snapshot.resourceVersion),
      next: rest > 0 ? `${snapshot.resourceVersion}:${to}` : undefined,
    };
  }

  #snapshot(resource: Resource, matches: (object: KubernetesObject) => boolean) {
    return { items: [...this.objects[resource].values()].filter(matches), resourceVersion: this.#version };
  }

  /** Forgets what came before: old watches and lists can't go on. */
  compact(): void {
    this.#oldest = this.#version;
    this.#snapshots.clear();
  }

  /** Tells what changed after a version, then everything that changes. Returns what ends it. */
  follow(resource: Resource, after: number, listener: (change: Change) => void): () => void {
    if (after < this.#oldest) throw gone('resource version');
    const ofResource = (change: Change) => change.resource === resource && listener(change);
    for (const change of this.#history.filter(({ resourceVersion }) => resourceVersion > after))
      ofResource(change);
    this.#listeners.add(ofResource);
    return () => this.#listeners.delete(ofResource);
  }

  /** Server-side apply of a node's labels. */
  applyLabels({ name, uid, labels, manager, force }: Apply): KubernetesObject {
    const node = this.objects.nodes.get(name);
    if (!node || (uid !== undefined && uid !== node.metadata.uid)) throw conflict('uid mismatch');
    const owners = this.#ownersOf(name);
    const mine = owners.get(manager) ?? new Set();
    const isOthers = (key: string) => [...owners].some(([owner, keys]) => owner !== manager && keys.has(key));
    const clashes = Object.keys(labels).filter(
      (key) => isOthers(key) && node.metadata.labels[key] !== labels[key],
    );
    if (clashes.length > 0 && !force) {
      const causes = clashes.map((key) => ({
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubelet" using v1',
        field: `.metadata.labels.${key}`,
      }));
      throw conflict(
        `Apply failed with ${clashes.length} conflicts: .metadata.labels.${clashes.join(', ')}`,
        causes,
      );
    }
    const dropped = [...mine].filter((key) => !(key in labels) && !isOthers(key));
    const kept = Object.entries(node.metadata.labels).filter(([key]) => !dropped.includes(key));
    const result = { ...Object.fromEntries(kept), ...labels };
    owners.set(manager, new Set(Object.keys(labels)));
    if (JSON.stringify(result) === JSON.stringify(node.metadata.labels)) return node;
    return this.put('nodes', { ...node, metadata: { ...node.metadata, labels: result } });
  }

  #ownersOf(node: string): Map<string, Set<string>> {
    const owners = this.#owners.get(node) ?? new Map<string, Set<string>>();
    this.#owners.set(node, owners);
    return owners;
  }

  /** Labels that nobody has applied are the kubelet's. */
  #ownTheRest({ metadata }: KubernetesObject): void {
    const owners = this.#ownersOf(metadata.name);
    const isOwned = (key: string) => [...owners.values()].some((keys) => keys.has(key));
    const rest = Object.keys(metadata.labels).filter((key) => !isOwned(key));
    owners.set('kubelet', new Set([...(owners.get('kubelet') ?? []), ...rest]));
  }

  #tell(resource: Resource, type: ChangeType, object: KubernetesObject): void {
    const change = { resource, resourceVersion: this.#version, type, object };
    this.#history.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}
