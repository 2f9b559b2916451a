import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds until nothing of a start goes on in the background either. */
const SETTLED = 3000;

type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void;

/** Gives back, once, what a start needed; V8 would keep it for as long as there is little to do. */
export function giveBackRemains(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as Collect;
    collect({ type: 'major', flavor: 'last-resort' });
  }, SETTLED).unref();
}
