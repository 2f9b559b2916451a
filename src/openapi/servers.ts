import { z } from 'zod';
import { literal } from './styles.js';

/** Characters of an address, and of what stands in it for a variable: each operation's path begins with it. */
const LONGEST_URL = 1024;
const LONGEST_VALUE = 128;

const Servers = z
  .array(
    z.object({
      url: z.string().max(LONGEST_URL),
      variables: z.record(z.string(), z.object({ default: z.string().max(LONGEST_VALUE) })).default({}),
    }),
  )
  .min(1);

/** Scheme and authority, which are the platform's own; variables may stand in them. */
const ORIGIN = /^(?:[^/?#:]*:)?\/\/[^/?#]*/;

/** Without what follows it, nor slashes at its end. */
function pathOf(url: string): string {
  let [path = ''] = url.replace(ORIGIN, '').split(/[?#]/, 1);
  while (path.endsWith('/')) path = path.slice(0, -1);
  return path === '' || path.startsWith('/') ? literal(path) : `/${literal(path)}`;
}

/** Undefined for what is no list of servers. */
function basePathIn(list: unknown): string | undefined {
  const [server] = Servers.safeParse(list).data ?? [];
  if (!server) return undefined;
  return pathOf(
    server.url.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => server.variables[name]?.default ?? whole),
  );
}

/** By the list, which may be long and that of very many operations. */
const known = new WeakMap<object, { path: string | undefined }>();

/** What the path of an operation begins with: the path of its first server, the nearest list of servers counting. */
export function basePathOf(lists: readonly unknown[]): string {
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    const read = known.get(list) ?? { path: basePathIn(list) };
    known.set(list, read);
    if (read.path !== undefined) return read.path;
  }
  return '';
}
