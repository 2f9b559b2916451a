// Milliseconds and MiB that GraphQL Mesh takes for the schema of an OpenAPI document: node --expose-gc buildProbe.mjs <document>
import { loadGraphQLSchemaFromOpenAPI } from '@omnigraph/openapi';

globalThis.gc();
const before = process.memoryUsage.rss();
const began = performance.now();
const schema = await loadGraphQLSchemaFromOpenAPI('modelarts', {
  source: process.argv[2],
  cwd: process.cwd(),
  endpoint: 'http://127.0.0.1',
});
const took = performance.now() - began;
globalThis.gc();
const size = (process.memoryUsage.rss() - before) / 2 ** 20;
process.stdout.write(JSON.stringify({ took, size, types: Object.keys(schema.getTypeMap()).length }));
