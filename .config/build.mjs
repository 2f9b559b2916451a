// Builds what `npm start` needs, unless what is there was made from the same sources.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE = 24;
const TOOLS = ['tsc', 'rolldown', 'vite'];
/** What the graph is made of beside the sources. */
const MODELARTS = 'schema/openapi/modelarts.json';
const BUILT_MODELARTS = 'dist/openapi/modelarts.json';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = (...names) => join(root, ...names);
const tool = (name) => path('node_modules', '.bin', name);
const stampFile = path('dist', '.stamp');

function fail(what) {
  process.stderr.write(`Isthmus cannot start: ${what}\n`);
  process.exit(1);
}

function filesBelow(folder) {
  return readdirSync(path(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

/** The operations of ModelArts; a release may have them in dist alone. */
function readDocument() {
  const known = [MODELARTS, BUILT_MODELARTS].find((file) => existsSync(path(file)));
  return known && readFileSync(path(known));
}

/** Of names and contents alone: a copy of the folder is as well built as the folder. */
function stampOfSources(document) {
  const files = ['package-lock.json', 'tsconfig.json', ...filesBelow('src'), ...filesBelow('.config')];
  const hash = createHash('sha256').update(document ?? '');
  for (const file of files.toSorted()) {
    const content = readFileSync(path(file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
}

async function run(name, ...args) {
  const child = spawn(tool(name), args, { cwd: root, stdio: ['ignore', 2, 2] });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [status] = await once(child, 'exit');
  if (status !== 0) process.exit(status ?? 1);
}

async function build(stamp, document) {
  if (!TOOLS.every((name) => existsSync(tool(name)))) {
    const state = existsSync(path('dist', 'main.js'))
      ? 'dist was made from other sources than those in src'
      : 'there is no dist';
    fail(
      `${state}, and the compiler that makes it is not installed; run "npm ci" (without --omit=dev), then "npm run build"`,
    );
  }
  if (!document) fail(`there is no ${MODELARTS}`);
  process.stderr.write('building, once after each change ...\n');
  rmSync(path('dist'), { recursive: true, force: true });
  await run('tsc');
  const { bundle } = await import('./bundle.mjs');
  await bundle();
  await run('vite', 'build', '--config', '.config/vite.mjs', '--logLevel', 'warn');
  cpSync(path('src/site/assets'), path('dist/site/assets'), { recursive: true });
  mkdirSync(path('dist/openapi'), { recursive: true });
  writeFileSync(path(BUILT_MODELARTS), document);
  writeFileSync(stampFile, stamp);
}

if (!existsSync(path('node_modules'))) fail('its packages are not installed; run "npm ci"');
if (Number.parseInt(process.versions.node, 10) < NODE) {
  fail(
    `it needs Node ${NODE}, and this is ${process.version}; "npm ci" brings it, unless it runs with --ignore-scripts`,
  );
}
// A release may come without its sources.
if (existsSync(path('src'))) {
  const document = readDocument();
  const stamp = stampOfSources(document);
  if (readStamp() !== stamp) await build(stamp, document);
} else if (!existsSync(path('dist', 'main.js'))) fail('there is neither dist nor src');
