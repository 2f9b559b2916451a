import { make } from '../element.js';
import { run } from '../graph.js';
import { playgroundLink } from '../playgroundLink.js';
import { RequestFailure, UNREACHABLE } from '../request.js';
import { DOMAINS, type Domain, type Picture } from './domains.js';

/** What is known of a domain: a picture, or why there is none. */
type Seen = { domain: Domain } & (Picture | { failure: string });

/** Characters of a reason; the Playground shows the whole. */
const REASON = 160;

/** Null where the caller may not see it. */
async function look(domain: Domain): Promise<Seen | null> {
  try {
    return { domain, ...domain.pictureOf(await run(domain.query)) };
  } catch (error) {
    const code = error instanceof RequestFailure ? error.code : undefined;
    if (code === UNREACHABLE) throw error;
    if (code === 'FORBIDDEN') return null;
    return { domain, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Each domain is asked by itself, so that one that fails or is forbidden leaves the others; undefined where none can be asked. */
export async function lookAround(): Promise<Seen[] | undefined> {
  const seen = await Promise.all(DOMAINS.map(look)).catch(() => undefined);
  return seen?.filter((one) => one !== null);
}

const shortened = (text: string): string => (text.length > REASON ? `${text.slice(0, REASON)} …` : text);

function playground(example: string, ...content: (string | Node)[]): HTMLAnchorElement {
  return make('a', { href: playgroundLink({ example }) }, ...content);
}

function card({ domain, ...seen }: Seen): HTMLElement {
  const count = 'failure' in seen ? '?' : String(seen.count);
  return make('li', {}, playground(domain.example, make('strong', {}, count), make('span', {}, domain.name)));
}

function problemsOf({ domain, ...seen }: Seen): HTMLElement[] {
  const told =
    'failure' in seen
      ? [{ name: domain.name, why: seen.failure }]
      : [...seen.problems, ...(seen.more > 0 ? [{ name: domain.name, why: `and ${seen.more} more` }] : [])];
  return told.map(({ name, why }) => make('li', {}, playground(domain.example, name), ` ${shortened(why)}`));
}

function section(title: string, kind: string, items: HTMLElement[]): HTMLElement[] {
  if (items.length === 0) return [];
  return [make('h2', {}, title), make('ul', { class: kind }, ...items)];
}

/** The picture as the page shows it. */
export function draw(seen: readonly Seen[]): HTMLElement[] {
  const first = seen.flatMap(({ domain, ...one }) =>
    domain.first && 'count' in one && one.count === 0
      ? [make('li', {}, playground(domain.first.example, domain.first.text))]
      : [],
  );
  return [
    ...section('What there is', 'counts', seen.map(card)),
    ...section('What does not work', 'problems', seen.flatMap(problemsOf)),
    ...section('What to do first', 'first', first),
  ];
}
