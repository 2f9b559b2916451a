import { BASE } from '../base.js';
import { counterpartOf } from './counterparts.js';
import { curlOf } from './curl.js';
import type { Document } from './openapi.js';
import type { SwaggerSystem } from './swagger.js';

interface Props {
  pathMethod: [path: string, method: string];
}

/** Opens the Playground with an operation; the graph is read when somebody asks for it. */
async function openPlayground(way: string): Promise<void> {
  const [{ readGraph }, { operationOfWay }, { operationLink }] = await Promise.all([
    import('../map/readGraph.js'),
    import('../map/operation.js'),
    import('../map/operationLink.js'),
  ]);
  const operation = operationOfWay(await readGraph(), way);
  if (operation) location.assign(operationLink(operation));
}

/** Puts below the parameters of an operation how else it is called: by curl, and by the graph. */
export function equivalents(document: Document) {
  return (original: unknown, { React: { createElement } }: SwaggerSystem) =>
    function WithEquivalents(props: Props): unknown {
      const [path, method] = props.pathMethod;
      const operation = document.paths[path]?.[method];
      const way = operation && counterpartOf(operation);
      const map = `${BASE}/playground/map#${way?.split('.', 1).join('')}`;
      const open = (event: Event): void => {
        if (!way) return;
        event.preventDefault();
        // The map says why the graph cannot be read.
        openPlayground(way).catch(() => location.assign(map));
      };
      const link =
        way &&
        createElement('p', null, 'In GraphQL: ', createElement('a', { href: map, onClick: open }, way));
      return createElement(
        'div',
        null,
        createElement(original, props),
        createElement(
          'div',
          { className: 'equivalents' },
          link,
          createElement(
            'details',
            null,
            createElement('summary', null, 'As a command'),
            createElement('pre', { tabIndex: 0 }, curlOf(document, path, method, location.origin)),
          ),
        ),
      );
    };
}
