import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.config',
  '.deploy/isthmus',
  'dist',
  'src',
];

export interface Release extends Program {
  remove: () => void;
}

/** The packages that `npm ci --omit=dev` installs, as links. */
function linkPackages(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  mkdirSync(join(folder, '.bin'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/node/bin/node'), join(folder, '.bin/node'));
  const link = (name: string) => {
    if (packages[`node_modules/${name}`]?.dev !== true)
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, name));
  };
  for (const entry of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.'))) {
    if (!entry.startsWith('@')) link(entry);
    else {
      mkdirSync(join(folder, entry));
      for (const name of readdirSync(join(ROOT, 'node_modules', entry))) link(`${entry}/${name}`);
    }
  }
}

/** What was built, moved to a folder whose name is awkward and in which there is no compiler. */
export function copyRelease(): Release {
  const folder = join(mkdtempSync(join(tmpdir(), 'isthmus-release-')), 'Größe 100% "a" 中');
  for (const file of FILES) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  linkPackages(join(folder, 'node_modules'));
  return {
    command: ['npm', 'start', '--silent', '--'],
    folder,
    remove: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
  };
}
