/** A target without its query. */
export function withoutQuery(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** What an absolute target has before its path, a password perhaps. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** What may be told of a target: its path alone, since all else may hold secrets. */
export function toldPath(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(ORIGIN, '');
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
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
  return { requestId, address, method, path: toldPath(target), status, ms };
}

/** Of nothing that JSON escapes. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** The text in JSON; to look is cheaper than to have it written, and most needs nothing else. */
export const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** The same as members of an object in JSON: a forwarded request has no time for a record of it. */
export function accessMembers(access: Access): string {
  const { requestId, address, method, path, status, ms } = accessRecord(access);
  const who = `"requestId":${quoted(requestId)},"address":${quoted(address)}`;
  const asked = `${method === undefined ? '' : `,"method":${quoted(method)}`},"path":${quoted(path)}`;
  return `${who}${asked},"status":${status}${ms === undefined ? '' : `,"ms":${ms}`}`;
}

/** More members of it, from the first comma on. */
export const membersOf = (more: Readonly<Record<string, string>>): string =>
  Object.entries(more)
    .map(([name, value]) => `,"${name}":${quoted(value)}`)
    .join('');
