import { base } from './options.mjs';
import { churn } from './world.mjs';

/** First pages that were asked for, and in which version. */
const asked = new Map();
const answers = new Map();

const keyOf = (url, v) => `${v} ${url}`;

export function note(url, v) {
  if (!url.includes('marker=')) asked.set(keyOf(url, v), [url, v]);
}

export const prepared = (url, v) => answers.get(keyOf(url, v));

const nextOf = (out) => {
  const href = Object.entries(out)
    .filter(([key, value]) => key.endsWith('links') && Array.isArray(value))
    .flatMap(([, links]) => links)
    .find(({ rel }) => rel === 'next')?.href;
  return href?.slice(base().length);
};

/** Lets servers change, and writes the answers to all that was asked, each list to its end. */
export function prepare(percent, answer) {
  const changed = churn(percent);
  answers.clear();
  for (const [first, v] of asked.values()) {
    for (let url = first; url !== undefined;) {
      const { pathname, searchParams } = new URL(url, base());
      let out;
      try {
        out = answer(pathname, searchParams, v);
      } catch {
        break;
      }
      answers.set(keyOf(url, v), Buffer.from(JSON.stringify(out)));
      url = nextOf(out);
    }
  }
  return changed;
}
