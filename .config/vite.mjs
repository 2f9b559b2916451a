import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

const client = fileURLToPath(new URL('../src/site/playground/client', import.meta.url));
const outDir = fileURLToPath(new URL('../dist/browser/playground', import.meta.url));

const COMPRESSIBLE = /assets\/.+\.(js|css|svg|ttf)$/;
/** Of 11: within a few percent of the smallest, in a fraction of the time. */
const BROTLI_QUALITY = 9;

/** @type {Record<string, (content: Buffer) => Promise<Buffer>>} */
const compressions = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gz: (content) => promisify(gzip)(content),
};

/** @param {string} file */
async function compress(file) {
  const content = await readFile(file);
  const written = Object.entries(compressions).map(async ([extension, compression]) =>
    writeFile(`${file}.${extension}`, await compression(content)),
  );
  await Promise.all(written);
}

/**
 * Writes a .br and a .gz beside each asset, so that serving costs no compression.
 * @type {import('vite').Plugin}
 */
const precompress = {
  name: 'precompress',
  async writeBundle(_options, bundle) {
    const names = Object.keys(bundle).filter((name) => COMPRESSIBLE.test(name));
    await Promise.all(names.map((name) => compress(join(outDir, name))));
  },
};

/** What GraphiQL asks for only once it has drawn itself. */
const EDITOR = ['monaco-graphql/esm/monaco-editor.js', 'monaco-graphql/esm/lite.js'];

/**
 * Has the Playground's editor come beside the scripts that ask for it.
 * @type {import('vite').Plugin}
 */
const preloadEditor = {
  name: 'preload-editor',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {}, chunk }) {
      if (chunk?.name !== 'playground') return html;
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const wanted = chunks.filter(({ facadeModuleId }) =>
        EDITOR.some((file) => facadeModuleId?.endsWith(file)),
      );
      const files = new Set(wanted.map(({ fileName }) => fileName));
      // Those that are added are visited too.
      for (const file of files)
        for (const imported of chunks.find(({ fileName }) => fileName === file)?.imports ?? [])
          files.add(imported);
      return [...files]
        .filter((file) => !html.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
        }));
    },
  },
};

const docs = join(outDir, '../docs');
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/**
 * The library that draws the REST reference, as it is; compressed as well.
 * @type {import('vite').Plugin}
 */
const reference = {
  name: 'reference',
  async writeBundle() {
    await mkdir(docs, { recursive: true });
    const copied = ['swagger-ui-bundle.js', 'swagger-ui.css'].map(async (name) => {
      await cp(join(swagger, name), join(docs, name));
      await compress(join(docs, name));
    });
    await Promise.all(copied);
  },
};

export default defineConfig({
  root: client,
  // Where the pages are, the server knows.
  base: './',
  logLevel: 'warn',
  plugins: [precompress, preloadEditor, reference],
  worker: { format: 'es' },
  build: {
    outDir,
    emptyOutDir: true,
    // Pages that the server writes find their scripts in it.
    manifest: true,
    modulePreload: { polyfill: false },
    // Monaco and its workers are large as they are; more pieces would not make them smaller.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: {
        playground: join(client, 'index.html'),
        map: join(client, 'map.html'),
        home: join(client, 'home/home.ts'),
        reference: join(client, 'reference.ts'),
      },
      // 'use client' in libraries speaks to frameworks that also render on a server.
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
    },
  },
});
