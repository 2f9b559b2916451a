// Milliseconds and MiB that GraphQL Mesh takes for the schema of an OpenAPI document: node --expose-gc buildProbe.mjs <document>
import { loadGraphQLSchemaFromOpenAPI } from '@omnigraph/openapi';

globalThis.gc();
const before = process.memoryUsage.rss();
const began = performance.now();
const cpu = process.cpuUsage();
const schema = await loadGraphQLSchemaFromOpenAPI('modelarts', {
  source: process.argv[2],
  cwd: process.cwd(),
  endpoint: 'http://127.0.0.1',
});
const took = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const processing = (user + system) / 1000;
globalThis.gc();
const size = (process.memoryUsage.rss() - before) / 2 ** 20;
process.stdout.write(
  JSON.stringify({ took, processing, size, types: Object.keys(schema.getTypeMap()).length }),
);
