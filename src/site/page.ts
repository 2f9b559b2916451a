import { SITE_PAGES } from './links.js';
import { html, type Markup } from './html.js';

export interface Page {
  title: string;
  /** What the paths of links begin with: empty, or such as `/isthmus`. */
  base: string;
  /** The path of the bar's link that this page belongs to. */
  path: string;
  head?: Markup;
  body: Markup;
}

/** A whole document: the bar that every page has, around the page's own content. */
export function page({ title, base, path, head = html``, body }: Page): string {
  const links = SITE_PAGES.map(({ href, name }) =>
    href === path
      ? html`<a href="${base}${href}" aria-current="page">${name}</a>`
      : html`<a href="${base}${href}">${name}</a>`,
  );
  return html`<!doctype html>
    <html lang="en" data-base="${base}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="${base}/docs/assets/icon.svg" />
        ${head}
        <link rel="stylesheet" href="${base}/docs/assets/site.css" />
      </head>
      <body>
        <header class="site-header">
          <a class="site-name" href="${base}/">Isthmus</a>
          <nav aria-label="Pages">${links}</nav>
          <div class="session" id="session"></div>
        </header>
        ${body}
      </body>
    </html> `.text;
}
