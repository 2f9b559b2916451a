import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router, type Request, type Response } from 'express';
import expressStaticGzip from 'express-static-gzip';
import type { Health } from '../kernel/health.js';
import { pageSecurity } from './pageSecurity.js';
import { BROTLI_FIRST } from './compressed.js';
import { docsPage, docsPath, type OpenApiDocument } from './docs.js';
import { homeDocument, homePage, type Home } from './home.js';

export interface ReferenceOptions {
  /** In the order of the page; the first is what /docs opens with. */
  documents: readonly OpenApiDocument[];
  version: string;
  /** Asked at each visit of the first page. */
  health: () => Promise<Health>;
  /** What the paths of links begin with. */
  baseOf: (request: Request) => string;
}

const OWN = fileURLToPath(new URL('./assets/', import.meta.url));
const SWAGGER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The same files with smaller ones beside them, once `npm run build` has made those. */
const COMPRESSED = fileURLToPath(new URL('../../dist/browser/docs/', import.meta.url));

const SWAGGER_FILES = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js']);

const UNKNOWN_HEALTH: Health = { ready: false, detail: 'health could not be read' };

function sendPage(response: Response, markup: string): void {
  response.set('Cache-Control', 'no-cache').type('html').send(markup);
}

function sendHome(request: Request, response: Response, home: Home): void {
  response.vary('Accept');
  if (request.accepts(['html', 'json']) === 'html') sendPage(response, homePage(home));
  else response.set('Cache-Control', 'no-cache').json(homeDocument(home));
}

/** The pages at / and /docs, with their files. */
export function reference({ documents, version, health, baseOf }: ReferenceOptions): Router {
  const router = Router();

  async function readHome(request: Request): Promise<Home> {
    return { base: baseOf(request), version, ...(await health().catch(() => UNKNOWN_HEALTH)) };
  }

  router.get('/', pageSecurity(), (request, response, fail) => {
    readHome(request).then((home) => sendHome(request, response, home), fail);
  });

  const options = { index: false, redirect: false, maxAge: 0 };
  const swagger = existsSync(COMPRESSED)
    ? expressStaticGzip(COMPRESSED, { ...BROTLI_FIRST, index: false, serveStatic: options })
    : express.static(SWAGGER, options);
  router.use('/docs/assets', pageSecurity(), express.static(OWN, options), (request, response, next) => {
    if (SWAGGER_FILES.has(request.path)) swagger(request, response, next);
    else next();
  });

  for (const document of documents) {
    router.get(docsPath(document, documents), pageSecurity(), (request, response) => {
      sendPage(response, docsPage(document, documents, baseOf(request)));
    });
  }

  return router;
}
