// Before a package is made: its versions are those that were tested, of all that it needs; development needs more.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { packages, ...lock } = JSON.parse(readFileSync(path('package-lock.json'), 'utf8'));
const { devDependencies: _unpacked, ...self } = packages[''];
const needed = Object.entries(packages).filter(([name, { dev }]) => name !== '' && dev !== true);
const written = { ...lock, packages: { '': self, ...Object.fromEntries(needed) } };
writeFileSync(path('npm-shrinkwrap.json'), `${JSON.stringify(written, null, 2)}\n`);
