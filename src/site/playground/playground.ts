import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Router, type RequestHandler } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { pageSecurity } from '../pageSecurity.js';
import { CLIENT } from './bundle.js';

const editorSecurity = pageSecurity({
  workerSrc: ["'self'"],
  // Monaco writes its themes and measured sizes into style elements.
  styleSrc: ["'self'", "'unsafe-inline'"],
});

function page(file: string): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', 'no-cache');
    response.sendFile(file, { root: CLIENT, cacheControl: false });
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

/** The Playground and the map of the graph, as built into dist/browser by `npm run build`. */
export function playground(): Router {
  const router = Router();
  if (!existsSync(join(CLIENT, 'index.html'))) {
    router.get(['/playground', '/playground/map'], (_request, response) => {
      response.status(503).type('text/plain').send('The Playground has not been built: npm run build\n');
    });
    return router;
  }
  router.get('/playground', editorSecurity, page('index.html'));
  router.get('/playground/map', pageSecurity(), page('map.html'));
  router.use(
    '/playground/assets',
    // A worker obeys the policy of its own file.
    editorSecurity,
    onlyDecodable,
    expressStaticGzip(join(CLIENT, 'assets'), {
      enableBrotli: true,
      orderPreference: ['br', 'gzip'],
      index: false,
      // Their names change with their content.
      serveStatic: { immutable: true, maxAge: '1y', redirect: false },
    }),
  );
  return router;
}
