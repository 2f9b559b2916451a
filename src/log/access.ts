/** The path alone: a query may hold secrets. */
export function withoutQuery(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** Who asked for what, and what came of it. */
export interface Access {
  requestId: string;
  /** The client's. */
  address: string;
  method?: string | undefined;
  /** As it was sent. */
  target: string;
  /** What the client was answered; 0 for nothing. */
  status: number;
  /** Of `performance.now()`. */
  startedAt?: number;
}

/** What the line about a request says, at every door: no header values, no query. */
export function accessRecord({ requestId, address, method, target, status, startedAt }: Access) {
  const ms = startedAt === undefined ? undefined : Math.round((performance.now() - startedAt) * 1000) / 1000;
  return { requestId, address, method, path: withoutQuery(target), status, ms };
}
