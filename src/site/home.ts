import type { Health } from '../kernel/health.js';
import { SITE_ENDPOINTS, SITE_PAGES } from './links.js';
import { html } from './html.js';
import { page } from './page.js';
import { scriptPath } from './playground/bundle.js';

export interface Home extends Health {
  /** What the paths of links begin with: empty, or such as `/isthmus`. */
  base: string;
  version: string;
}

/** The first page: what this is, how it is, where to go. */
export function homePage({ base, version, ready, detail }: Home): string {
  const pages = SITE_PAGES.map(
    ({ href, name, about }) =>
      html`<li>
        <a href="${base}${href}"><strong>${name}</strong><span>${about}</span></a>
      </li>`,
  );
  const endpoints = SITE_ENDPOINTS.map(
    ({ href, name, about }) =>
      html`<dt><a href="${base}${href}">${name}</a></dt>
        <dd><code>${base}${href}</code> ${about}</dd>`,
  );
  const script = scriptPath('home/home.ts');
  return page({
    title: 'Isthmus',
    base,
    path: '/',
    head: script ? html`<script type="module" src="${base}${script}"></script>` : html``,
    body: html`<main class="home">
      <h1>Isthmus</h1>
      <p class="lead">
        One GraphQL graph over every platform that a team runs, and the REST APIs that its older clients
        already speak.
      </p>
      <p class="health ${ready ? 'ready' : 'not-ready'}" id="health" role="status">
        <strong>${ready ? 'Ready' : 'Not ready'}</strong> <span>${detail}</span>
        <span>version ${version}</span>
      </p>
      <section class="summary" id="summary" aria-label="What there is">
        Log in above, and see here what there is, what does not work and what to do first.
      </section>
      <ul class="pages">
        ${pages}
      </ul>
      <h2>For programs</h2>
      <p>
        GraphQL answers at <code>${base}/graphql</code>: queries and mutations over HTTP, subscriptions over
        WebSocket and server-sent events.
      </p>
      <dl class="endpoints">${endpoints}</dl>
    </main>`,
  });
}

/** The same for a client that doesn't read HTML. */
export function homeDocument({ base, ...home }: Home): object {
  const links = [...SITE_PAGES, ...SITE_ENDPOINTS].map(({ id, href }) => [id, base + href] as const);
  return { name: 'Isthmus', ...home, links: { graphql: `${base}/graphql`, ...Object.fromEntries(links) } };
}
