import type { Raw } from './world.js';

/** What a service answers in place of a success. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Raw,
    readonly headers: Record<string, string> = {},
  ) {
    super(`${status}`);
  }
}

export const badRequest = (message: string) => new Refusal(400, { badRequest: { code: 400, message } });
export const notFound = (message: string) => new Refusal(404, { itemNotFound: { code: 404, message } });
export const forbidden = (message: string) => new Refusal(403, { forbidden: { code: 403, message } });
export const unauthorized = () =>
  new Refusal(401, {
    error: {
      code: 401,
      title: 'Unauthorized',
      message: 'The request you have made requires authentication.',
    },
  });

/** Parameters that a list takes; services refuse others. */
export function checkQuery(query: URLSearchParams, ...known: string[]): void {
  for (const key of query.keys()) if (!known.includes(key)) throw badRequest(`no parameter ${key}`);
}

export interface PageOptions {
  /** Of the items, and of the links to the next page. */
  key: string;
  links?: string;
  /** Items of a page, at most; the whole list where undefined and nothing is asked for. */
  most: number | undefined;
  /** What links name; it need not be where the service is. */
  address: string;
}

/** The page of a list that `limit` and `marker` ask for. */
export function pageOf(
  items: readonly Raw[],
  query: URLSearchParams,
  { key, links = `${key}_links`, most, address }: PageOptions,
): Raw {
  const asked = query.get('limit');
  if (asked !== null && !/^[1-9]\d*$/.test(asked)) throw badRequest(`limit ${asked}`);
  const size = Math.min(Number(asked ?? Infinity), most ?? Infinity);
  const marker = query.get('marker');
  const index = marker === null ? -1 : items.findIndex(({ id }) => String(id) === marker);
  if (marker !== null && index === -1) throw badRequest(`marker [${marker}] not found`);
  const page = items.slice(index + 1, index + 1 + size);
  if (page.length < size) return { [key]: page };
  const next = new URLSearchParams(query);
  next.set('marker', String(page.at(-1)?.['id']));
  return { [key]: page, [links]: [{ rel: 'next', href: `${address}?${next.toString()}` }] };
}

export const only = (items: readonly Raw[], fields: readonly string[]): Raw[] =>
  fields.length === 0
    ? [...items]
    : items.map((item) =>
        Object.fromEntries(Object.entries(item).filter(([key]) => key === 'id' || fields.includes(key))),
      );
