// Builds what `npm start` needs, unless nothing has changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const stampFile = join(root, 'dist', '.stamp');

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return '';
  }
}

function run(name, ...args) {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', name), args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

const inputs = ['package-lock.json', 'tsconfig.json'].map((file) => join(root, file));
const stamp = stampOf([...inputs, ...filesBelow('src'), ...filesBelow('.config')]);
if (readStamp() !== stamp) {
  process.stderr.write('building, once after each change ...\n');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  run('tsc');
  run('vite', 'build', '--config', '.config/vite.mjs', '--logLevel', 'warn');
  writeFileSync(stampFile, stamp);
}
