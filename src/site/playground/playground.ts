import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, Router, type RequestHandler } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { BROTLI_FIRST } from '../compressed.js';
import { pageSecurity } from '../pageSecurity.js';
import { CLIENT } from './bundle.js';

const editorSecurity = pageSecurity({
  workerSrc: ["'self'"],
  // Monaco writes its themes and measured sizes into style elements.
  styleSrc: ["'self'", "'unsafe-inline'"],
});

/** A built page, which names its assets as if they lay beside it. */
function page(file: string, baseOf: (request: Request) => string): RequestHandler {
  const text = readFileSync(join(CLIENT, file), 'utf8');
  return (request, response) => {
    const base = baseOf(request);
    const placed = text
      .replace('<html ', `<html data-base="${base}" `)
      .replaceAll('"./assets/', `"${base}/playground/assets/`);
    response.set('Cache-Control', 'no-cache').type('html').send(placed);
  };
}

/** What is no URI is no asset, which express-static-gzip would answer for itself, in plain text. */
const onlyDecodable: RequestHandler = (request, _response, next) => {
  try {
    decodeURIComponent(request.path);
    next();
  } catch {
    next('router');
  }
};

/** The Playground and the map of the graph, as built into dist/browser by `npm run build`; with what their paths begin. */
export function playground(baseOf: (request: Request) => string): Router {
  const router = Router();
  if (!existsSync(join(CLIENT, 'index.html'))) {
    router.get(['/playground', '/playground/map'], (_request, response) => {
      response.status(503).type('text/plain').send('The Playground has not been built: npm run build\n');
    });
    return router;
  }
  router.get('/playground', editorSecurity, page('index.html', baseOf));
  router.get('/playground/map', pageSecurity(), page('map.html', baseOf));
  router.use(
    '/playground/assets',
    // A worker obeys the policy of its own file.
    editorSecurity,
    onlyDecodable,
    expressStaticGzip(join(CLIENT, 'assets'), {
      ...BROTLI_FIRST,
      index: false,
      // Their names change with their content.
      serveStatic: { immutable: true, maxAge: '1y', redirect: false },
    }),
  );
  return router;
}
