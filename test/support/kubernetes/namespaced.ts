import { randomUUID } from 'node:crypto';
import { ApiFailure } from './store.js';

export interface NamespacedObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    managedFields?: { manager: string; operation: string; time: string }[];
  };
  spec?: Tree;
  status?: Tree;
  [field: string]: unknown;
}
type Tree = Record<string, unknown>;

const PATH = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)\/([a-z]+)(?:\/([^/]+))?(?:\/(log))?$/;
const CREATED = '2026-01-02T03:04:05Z';

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(before: unknown, after: unknown): unknown {
  if (!isTree(before) || !isTree(after)) return after;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in after ? merged(before[key], after[key]) : before[key]]),
  );
}

/** Without what was applied earlier and is not any more. */
function without(live: Tree, earlier: Tree, now: Tree): Tree {
  return Object.fromEntries(
    Object.entries(live)
      .filter(([key]) => !(key in earlier) || key in now)
      .map(([key, value]) => {
        const [was, is] = [earlier[key], now[key]];
        return [key, isTree(value) && isTree(was) && isTree(is) ? without(value, was, is) : value];
      }),
  );
}

/** An object as somebody writes it. */
interface Wish extends Tree {
  kind: string;
  metadata: Partial<NamespacedObject['metadata']> & { name: string };
}

export interface NamespacedRequest {
  method: string;
  pathname: string;
  query: URLSearchParams;
  body: string;
}

/** What lives in namespaces. Lists are whole maps, not merged; whoever applies owns what it applied. */
export class Namespaced {
  /** By path. */
  readonly objects = new Map<string, NamespacedObject>();
  /** By the path of a pod, what its only container has said. */
  readonly logs = new Map<string, string>();
  /** Namespaces that are not there. */
  readonly missing = new Set<string>();
  /** Namespaces that are being deleted. */
  readonly ending = new Set<string>();
  /** Called after each change, to play the controllers. */
  controllers: (path: string, object: NamespacedObject | undefined) => void = () => undefined;
  readonly #applied = new Map<string, Tree>();
  #version = 1;

  static knows(pathname: string): boolean {
    return PATH.test(pathname);
  }

  put(path: string, object: Wish): NamespacedObject {
    this.#version += 1;
    const stored = this.#whole(path, object);
    this.objects.set(path, stored);
    this.controllers(path, stored);
    return this.objects.get(path) ?? stored;
  }

  /** With what the server itself writes. */
  #whole(path: string, object: Wish): NamespacedObject {
    const [, namespace = ''] = PATH.exec(path) ?? [];
    const made = { namespace, uid: randomUUID(), generation: 1, labels: {}, creationTimestamp: CREATED };
    const metadata = {
      ...made,
      ...this.objects.get(path)?.metadata,
      ...object.metadata,
      resourceVersion: String(this.#version),
    };
    return structuredClone({ apiVersion: 'v1', ...object, metadata });
  }

  /** What a request is answered with; text for logs. */
  handle({ method, pathname, query, body }: NamespacedRequest): unknown {
    const [, namespace = '', , name, sub] = PATH.exec(pathname) ?? [];
    if (sub === 'log') return this.#log(pathname.slice(0, -'/log'.length));
    if (method === 'GET' && name === undefined) return this.#list(pathname, query);
    if (method === 'GET') return this.#get(pathname);
    if (method === 'DELETE') return this.#delete(pathname, body);
    if (this.missing.has(namespace))
      throw new ApiFailure(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (this.ending.has(namespace) && !this.objects.has(pathname)) {
      const reason = `unable to create new content in namespace ${namespace} because it is being terminated`;
      throw new ApiFailure(403, 'Forbidden', `${name} is forbidden: ${reason}`);
    }
    if (method === 'PATCH') return this.#apply(pathname, query, JSON.parse(body) as NamespacedObject);
    throw new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method');
  }

  #get(path: string): NamespacedObject {
    const object = this.objects.get(path);
    if (object) return object;
    throw new ApiFailure(404, 'NotFound', `${path} not found`);
  }

  #log(path: string): string {
    this.#get(path);
    const log = this.logs.get(path);
    if (log === undefined) throw new ApiFailure(400, 'BadRequest', 'the container is waiting to start');
    return log;
  }

  #list(path: string, query: URLSearchParams) {
    const wanted = (query.get('labelSelector') ?? '').split(',').map((term) => term.split('='));
    const matches = ({ metadata }: NamespacedObject) =>
      wanted.every(([key = '', value]) => key === '' || metadata.labels[key] === value);
    const items = [...this.objects]
      .filter(([each, object]) => each.startsWith(`${path}/`) && matches(object))
      .map(([, object]) => object);
    return { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: String(this.#version) }, items };
  }

  #delete(path: string, body: string) {
    const { preconditions } = JSON.parse(body) as { preconditions?: { uid?: string } };
    const object = this.#get(path);
    if (preconditions?.uid !== object.metadata.uid) throw new ApiFailure(409, 'Conflict', 'the UID differs');
    this.objects.delete(path);
    this.controllers(path, undefined);
    return { kind: 'Status', status: 'Success' };
  }

  #apply(path: string, query: URLSearchParams, object: NamespacedObject): NamespacedObject {
    const manager = query.get('fieldManager') ?? '';
    const live = this.objects.get(path);
    const { uid, ...metadata } = object.metadata;
    if (uid !== undefined && uid !== live?.metadata.uid)
      throw new ApiFailure(409, 'Conflict', 'the UID differs');
    const wish = { ...object, metadata };
    const key = `${manager} ${path}`;
    const others = [...this.#applied].filter(([each]) => each !== key && each.endsWith(` ${path}`));
    const kept = others.reduce<unknown>((all, [, each]) => merged(all, each), wish) as Tree;
    const base = live ? without(live, this.#applied.get(key) ?? {}, kept) : {};
    const result = merged(base, wish) as NamespacedObject;
    if (query.get('dryRun') === 'All') return this.#whole(path, result);
    this.#applied.set(key, wish);
    if (live && JSON.stringify(result) === JSON.stringify(live)) return live;
    const generation = (live?.metadata.generation ?? 0) + 1;
    return this.put(path, { ...result, metadata: { ...result.metadata, generation } });
  }
}
