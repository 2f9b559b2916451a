// Loaded before the server: writes the addresses of what it loads to the file LOADED when it ends.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const { LOADED } = process.env;

if (isMainThread && LOADED !== undefined) {
  const loaded = [];
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith('node:')) loaded.push(url);
      return next(url, context);
    },
  });
  process.on('exit', () => writeFileSync(LOADED, JSON.stringify(loaded)));
}
