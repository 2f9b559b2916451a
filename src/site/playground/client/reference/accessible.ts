import type { SwaggerSystem } from './swagger.js';

/** The name of an operation or a group, which stands in a button: a link in it could not be reached. */
export const plainText =
  ({ React: { createElement } }: SwaggerSystem) =>
  ({ text }: { text: string }): unknown =>
    createElement('span', { className: 'nostyle' }, createElement('span', null, text));

/** The choice of servers, with a name. */
export function namedServers(original: unknown, { React: { createElement, useEffect } }: SwaggerSystem) {
  return function NamedServers(props: object): unknown {
    useEffect(() => document.getElementById('servers')?.setAttribute('aria-label', 'Server'), []);
    return createElement(original, props);
  };
}
