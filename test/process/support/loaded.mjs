// Loaded before the server: writes the addresses of what it loads to the file `?to=` when it ends.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const loaded = [];
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith('node:')) loaded.push(url);
      return next(url, context);
    },
  });
  const file = new URL(import.meta.url).searchParams.get('to');
  process.on('exit', () => writeFileSync(file, JSON.stringify(loaded)));
}
