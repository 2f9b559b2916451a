import { html } from './html.js';
import { page } from './page.js';
import { scriptPath } from './playground/bundle.js';

export interface OpenApiDocument {
  name: string;
  /** Path on this server of its OpenAPI document. */
  url: string;
  /** Whether its groups are closed at first: all at once would be more than a page can draw. */
  isFolded?: boolean;
}

/** The page's path of a document: the first is at /docs itself. */
export function docsPath(document: OpenApiDocument, documents: readonly OpenApiDocument[]): string {
  if (document === documents[0]) return '/docs';
  return `/docs/${encodeURIComponent(document.name.toLowerCase().replaceAll(/\s+/g, '-'))}`;
}

/** A document as Swagger UI draws it, and the way to the others. */
export function docsPage(
  document: OpenApiDocument,
  documents: readonly OpenApiDocument[],
  base: string,
): string {
  const links = documents.map((other) => {
    const href = base + docsPath(other, documents);
    return other === document
      ? html`<a href="${href}" aria-current="page">${other.name}</a>`
      : html`<a href="${href}">${other.name}</a>`;
  });
  const script = scriptPath('reference.ts');
  return page({
    title: `${document.name} · Isthmus`,
    base,
    path: '/docs',
    head: html`<link rel="stylesheet" href="${base}/docs/assets/swagger-ui.css" />
      <script src="${base}/docs/assets/swagger-ui-bundle.js" defer></script>
      ${script ? html`<script type="module" src="${base}${script}"></script>` : html``}`,
    body: html`<nav class="documents" aria-label="Documents">${links}</nav>
      <div
        id="reference"
        data-url="${base}${document.url}"
        data-expansion="${document.isFolded ? 'none' : 'list'}"
      >
        <p class="page-message" role="status">Reading the document …</p>
      </div>`,
  });
}
