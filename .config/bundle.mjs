// Makes few files of the program and the packages that it stands on: most of a start would be finding and reading them.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** What consists of more than JavaScript (binaries, WebAssembly, files of threads and of pages), or may be left out. */
const APART = /^(@electric-sql|@node-rs|class-validator|pg|piscina|ssh2|swagger-ui-dist)(\/|$)/;

/**
 * What a module of ours finds by its own place (threads, pages, package.json) stays where the compiler put it.
 * @type {import('rolldown').Plugin}
 */
const places = {
  name: 'places',
  transform: {
    filter: { code: 'import.meta.url' },
    handler: (code, id) => {
      const place = relative(dist, id);
      if (place.startsWith('..')) return null;
      return { code: code.replaceAll('import.meta.url', `new URL('../${place}', import.meta.url).href`) };
    },
  },
};

/**
 * The graph is the same at each start, and tests validate it: once more would take a twentieth of a start.
 * @type {import('rolldown').Plugin}
 */
const knownGraph = {
  name: 'known-graph',
  transform: {
    filter: { id: /@apollo\/subgraph\/dist\/buildSubgraphSchema\.js$/ },
    handler: (code) => {
      const known = code.replace(
        'buildASTSchema)(subgraph.document)',
        'buildASTSchema)(subgraph.document, { assumeValid: true, assumeValidSDL: true })',
      );
      if (known === code) throw new Error('@apollo/subgraph builds its schema in another way');
      return { code: known };
    },
  },
};

/** Below dist/bundle, from what the compiler made; the rest of that is for threads and tools. */
export async function bundle() {
  await build({
    input: join(dist, 'main.js'),
    platform: 'node',
    external: APART,
    plugins: [places, knownGraph],
    output: {
      dir: join(dist, 'bundle'),
      chunkFileNames: '[name].js',
      // Classes are known to others by their names.
      keepNames: true,
      // V8 keeps a text with one other letter at two bytes a letter.
      charset: 'ascii',
      comments: false,
      minifyInternalExports: false,
    },
  });
  writeFileSync(join(dist, 'main.js'), "import './bundle/main.js';\n");
}
