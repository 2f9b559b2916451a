import { BASE } from '../base.js';
import { element, make } from '../element.js';
import { jsonOf, reach } from '../request.js';

interface Health {
  ready: boolean;
  detail: string;
  version: string;
}

const isHealth = (value: unknown): value is Health =>
  typeof value === 'object' && value !== null && 'ready' in value && 'detail' in value;

async function readHealth(): Promise<{ isReady: boolean; told: string[] }> {
  try {
    const response = await reach(`${BASE}/`, { headers: { Accept: 'application/json' } });
    const health = await jsonOf(response);
    if (!isHealth(health)) return { isReady: false, told: [`the server answered ${response.status}`] };
    return { isReady: health.ready, told: [health.detail, `version ${health.version}`] };
  } catch (error) {
    return { isReady: false, told: [error instanceof Error ? error.message : String(error)] };
  }
}

const textOf = (parts: Iterable<Element>): string =>
  Array.from(parts, ({ textContent }) => textContent).join(' ');

/** What the page came with says how the server was then; this, how it is. */
export async function showHealth(): Promise<void> {
  const { isReady, told } = await readHealth();
  const state = make('strong', {}, isReady ? 'Ready' : 'Not ready');
  const parts = [state, ...told.map((text) => make('span', {}, text))];
  const place = element('health');
  // What is said again would be read out again.
  if (textOf(parts) === textOf(place.children)) return;
  place.className = `health ${isReady ? 'ready' : 'not-ready'}`;
  place.replaceChildren(...parts.flatMap((part) => [part, ' ']));
}
