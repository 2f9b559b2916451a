// Writes schema/ from the code; with --check it only tells whether schema/ is as the code has it.
import 'reflect-metadata';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { emitSchemas } = await import('../dist/emit.js');

const check = process.argv.includes('--check');
let drifted = false;
for (const [name, text] of Object.entries(await emitSchemas())) {
  const file = join(root, 'schema', name);
  if (check) {
    if (readFileSync(file, 'utf8') === text) continue;
    drifted = true;
    process.stderr.write(`schema/${name} is not what the code says; run: npm run schema\n`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
process.exit(drifted ? 1 : 0);
