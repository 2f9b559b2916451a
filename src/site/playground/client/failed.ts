import { make } from './element.js';

/** What stands in place of what a page could not get, and a way to ask again. */
export function failed(what: string, error: unknown, again: () => void): HTMLElement {
  const why = error instanceof Error ? error.message : String(error);
  const button = make('button', { type: 'button' }, 'Try again');
  button.addEventListener('click', again);
  return make('p', { class: 'page-message', role: 'alert' }, `${what}: ${why}. `, button);
}
