import { bulkhead } from 'cockatiel';
import type { RequestContext } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import { MAX_PAGE_SIZE } from '../../kernel/pages.js';
import type { AskedPlatform, OperationService } from './operation.service.js';
import type { PageReader } from './pageReader.js';
import { pageIn } from './paging.js';

/** What links point at; see `targets` in schema/modelarts/graph.yaml. */
export interface Target {
  type: string;
  show?: string;
  argument?: string;
  list: string;
  items?: readonly string[];
  key: readonly string[];
}

/** To objects that a type names by their ids; see `links` in schema/modelarts/graph.yaml. */
export interface ToObjects {
  to: string;
  from: readonly string[];
}

/** To what an operation lists of an object. */
export interface ToList {
  list: string;
  with: Readonly<Record<string, readonly string[]>>;
}

/** By component, then by field. */
export type Links = Readonly<Record<string, Readonly<Record<string, ToObjects | ToList>>>>;

/** What is called for links. */
export type LinkedOperations = Pick<OperationService, 'callNamed' | 'callPage' | 'pagingOf'>;

/** Records of a list that are read for each object that is looked for, before they are asked for one by one. */
const RECORDS_FOR_EACH = 50;
/** The same where they cannot be asked for one by one. */
const MOST_RECORDS = 2_000;
/** Objects that are read together: those of a page of records, two each. */
const MOST_OBJECTS = 1_000;
/** Objects that are asked for at the same time. */
const AT_ONCE = 8;

/** Parts of an answer at a path; `*` goes through a list. */
export function partsAt(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return [value];
  if (step === '*') return Array.isArray(value) ? value.flatMap((item) => partsAt(item, rest)) : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
  return partsAt((value as Record<string, unknown>)[step], rest);
}

/** Ids that an object names at a path. */
export const idsAt = (value: unknown, path: readonly string[]): string[] =>
  partsAt(value, path).filter((part): part is string => typeof part === 'string' && part !== '');

/** Whether there is no such object, or none that anything could be asked for by that id. */
const isAbsence = (error: unknown): boolean =>
  error instanceof DomainError &&
  (error.code === 'BAD_INPUT' || (error.code === 'UPSTREAM_ERROR' && error.details.upstream?.status === 404));

/** Whether a platform refuses to list, which says nothing of its single objects. */
const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError &&
  error.code === 'UPSTREAM_ERROR' &&
  [400, 403, 404].includes(error.details.upstream?.status ?? 0);

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Objects = Map<string, unknown>;

/** Reads objects that others name by their ids: each once in a request, several with one call where they are listed. */
export class LinkService {
  constructor(
    private readonly targets: Readonly<Record<string, Target>>,
    private readonly operations: LinkedOperations,
    private readonly pages: PageReader,
  ) {}

  /** By their ids; null where the platform has no such object, an error where it could not be asked. */
  async findAll(
    ctx: RequestContext,
    platform: AskedPlatform,
    name: string,
    ids: ReadonlySet<string>,
  ): Promise<Map<string, unknown>> {
    const target = this.targets[name];
    if (!target) throw new Error(`no link leads to "${name}"`);
    const key = `modelArts ${platform.id} ${name}`;
    const loader = ctx.loaders.of<string, unknown>(key, async (wanted) =>
      this.#several(ctx, platform, target, wanted),
    );
    const wanted = [...ids];
    const found = await loader.loadMany(wanted);
    return new Map(wanted.map((id, index) => [id, found[index]]));
  }

  async #several(
    ctx: RequestContext,
    platform: AskedPlatform,
    target: Target,
    ids: readonly string[],
  ): Promise<unknown[]> {
    if (ids.length > MOST_OBJECTS)
      throw new DomainError(
        'TOO_LARGE',
        `${ids.length} objects are linked; at most ${MOST_OBJECTS} are read`,
      );
    const { show, argument } = target;
    const wanted = new Set(ids);
    const listed =
      ids.length > 1 || show === undefined ? this.#listed(ctx, platform, target, wanted) : undefined;
    const found = (await listed) ?? new Map<string, unknown>();
    if (show === undefined || argument === undefined) return ids.map((id) => found.get(id) ?? null);
    const missing = ids.filter((id) => !found.has(id));
    const gate = bulkhead(AT_ONCE, missing.length);
    const ask = async (id: string) => this.operations.callNamed(ctx, platform, show, { [argument]: id });
    const shown = missing.map(async (id) => {
      const answer = gate.execute(async () => ask(id));
      found.set(id, await answer.catch((error: unknown) => (isAbsence(error) ? null : asError(error))));
    });
    await Promise.all(shown);
    return ids.map((id) => found.get(id));
  }

  /** Those of the objects that are at the beginning of the list. */
  async #listed(
    ctx: RequestContext,
    platform: AskedPlatform,
    target: Target,
    wanted: ReadonlySet<string>,
  ): Promise<Objects> {
    const found: Objects = new Map();
    const keep = (items: readonly unknown[]) => {
      for (const item of items) {
        const [id] = idsAt(item, target.key);
        if (id !== undefined && wanted.has(id)) found.set(id, item);
      }
    };
    const most = target.show === undefined ? MOST_RECORDS : wanted.size * RECORDS_FOR_EACH;
    try {
      await this.#scan(ctx, platform, target, most, (items) => {
        keep(items);
        return found.size < wanted.size;
      });
    } catch (error) {
      if (target.show === undefined || !isRefusal(error)) throw error;
    }
    return found;
  }

  /** Reads the list as long as `isToGoOn` says so, and at most so many records. */
  async #scan(
    ctx: RequestContext,
    platform: AskedPlatform,
    { list, items = [] }: Target,
    most: number,
    isToGoOn: (items: readonly unknown[]) => boolean,
  ): Promise<void> {
    const { operations } = this;
    const paging = operations.pagingOf(list);
    if (!paging) {
      const answer = await operations.callNamed(ctx, platform, list, {});
      isToGoOn(pageIn(list, { by: 'offset', items }, answer, 0).items);
      return;
    }
    const first = Math.min(most, MAX_PAGE_SIZE);
    let after: string | null = null;
    for (let read = 0; read < most; read += first) {
      const page = await this.pages.read(
        { platformId: platform.id, operation: list, paging },
        { first, after },
        async (own) => operations.callPage(ctx, platform, list, own),
      );
      if (!isToGoOn(page.nodes) || !page.pageInfo.hasNextPage) return;
      after = page.pageInfo.endCursor;
    }
  }
}
