import { FakeModelArts } from './fakeModelArts.js';

const fake = await FakeModelArts.start({ port: Number(process.argv[2] ?? 0) });
const { url, region, projectId, accessKey, user } = fake;

process.stdout.write(`${JSON.stringify({ url, region, projectId, ...accessKey, ...user }, null, 2)}\n`);
