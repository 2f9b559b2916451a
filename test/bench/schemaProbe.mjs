// Milliseconds and MiB that the graph takes: node --expose-gc schemaProbe.mjs <built folder> [without <module>]
import { join } from 'node:path';

const [, , folder, , without] = process.argv;
await import('reflect-metadata');
const { createGraph } = await import(join(folder, 'graph.js'));
const { UNBUILT } = await import(join(folder, 'modules.js'));
const { [without]: _left, ...faces } = UNBUILT;

globalThis.gc();
const before = process.memoryUsage.rss();
const began = performance.now();
const cpu = process.cpuUsage();
const schema = await createGraph(faces, async function* () {});
const took = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const processing = (user + system) / 1000;
globalThis.gc();
const size = (process.memoryUsage.rss() - before) / 2 ** 20;
process.stdout.write(
  JSON.stringify({ took, processing, size, types: Object.keys(schema.getTypeMap()).length }),
);
