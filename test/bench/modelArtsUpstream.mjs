// A ModelArts with 100 training jobs, 5 algorithms and 3 pools that answers at once: node modelArtsUpstream.mjs <port>.
// GET /control/calls: paths that have been asked for since the last time.
import { createServer } from 'node:http';

const JOBS = 100;
const ALGORITHMS = 5;
const POOLS = 3;

const range = (count) => Array.from({ length: count }, (_none, index) => index);

const algorithms = range(ALGORITHMS).map((index) => ({
  metadata: { id: `algorithm-${index}`, name: `resnet-${index}`, workspace_id: '0', create_time: 1.7e12 },
  job_config: { code_dir: '/bucket/code/', boot_file: '/bucket/code/train.py', command: 'python train.py' },
}));

const pools = range(POOLS).map((index) => ({
  ...{ apiVersion: 'v2', kind: 'Pool' },
  metadata: { name: `pool-${index}`, creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { type: 'Dedicate', scope: ['Train'], resources: [{ flavor: 'modelarts.vm.gpu', count: 4 }] },
  status: { phase: 'Running' },
}));

const jobs = range(JOBS).map((index) => ({
  kind: 'job',
  metadata: {
    id: `job-${index}`,
    name: `train-${index}`,
    workspace_id: '0',
    create_time: 1_764_000_000_000 + index,
  },
  status: { phase: 'Running', secondary_phase: 'Running', duration: 60_000 + index, tasks: ['worker-0'] },
  algorithm: { id: `algorithm-${index % ALGORITHMS}`, name: `resnet-${index % ALGORITHMS}`, parameters: [] },
  spec: { resource: { policy: 'regular', node_count: 1, pool_id: `pool-${index % POOLS}` } },
}));

const listed = (items) =>
  JSON.stringify({ total: items.length, count: items.length, limit: JOBS, offset: 0, items });

const LISTS = new Map([
  ['training-job-searches', listed(jobs)],
  ['algorithms', listed(algorithms)],
  ['pools', JSON.stringify({ apiVersion: 'v2', kind: 'PoolList', items: pools })],
]);
const SINGLE = new Map([
  ...algorithms.map((algorithm) => [algorithm.metadata.id, JSON.stringify(algorithm)]),
  ...pools.map((pool) => [pool.metadata.name, JSON.stringify(pool)]),
]);

let calls = [];

function answerTo({ method, url = '' }) {
  if (url === '/control/calls') {
    const seen = calls;
    calls = [];
    return JSON.stringify(seen);
  }
  const [, , , list = '', id] = url.split(/[/?]/);
  if (calls.length < 1000) calls.push(`${method} ${url}`);
  return SINGLE.get(id) ?? LISTS.get(list);
}

createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const body = answerTo(request);
    response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(body ?? '{"error_code":"ModelArts.0404","error_msg":"there is no such thing"}');
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
