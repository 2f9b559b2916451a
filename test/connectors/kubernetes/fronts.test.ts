import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { nodeOf } from '../../support/kubernetes/objects.js';
import type { FakeApiServer } from '../../support/kubernetes/server.js';
import { httpUpstream } from '../../support/upstream.js';
import { open, startLab, watch } from './lab.js';

interface Front {
  /** What it says that answers are. */
  type?: string;
  /** What it puts before each answer, and behind each piece of a watch. */
  before?: string;
  behind?: string;
  /** Whether it compresses for everybody who does not forbid it, as the default of HTTP allows. */
  gzips?: boolean;
}

/** A client that reaches the cluster through something that answers a little differently. */
async function through(cluster: FakeApiServer, { type, before = '', behind = '', gzips }: Front) {
  const pass = async (answer: IncomingMessage, request: IncomingMessage, response: ServerResponse) => {
    const headers = { ...answer.headers, 'content-type': type ?? answer.headers['content-type'] };
    delete headers['content-length'];
    const isWatch = request.url?.includes('watch=true');
    if (gzips && !isWatch && request.headers['accept-encoding'] !== 'identity') {
      const parts = await answer.toArray();
      response.writeHead(answer.statusCode ?? 0, { ...headers, 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.concat(parts as Buffer[])));
      return;
    }
    response.writeHead(answer.statusCode ?? 0, headers).write(before);
    for await (const chunk of answer) response.write(isWatch ? `${String(chunk)}${behind}` : chunk);
    response.end();
  };
  const front = await httpUpstream((request, response) => {
    const { method, url, headers } = request;
    const call = http.request(`${cluster.url}${url}`, { method, headers });
    call.on('response', (answer) => void pass(answer, request, response).catch(() => response.destroy()));
    call.on('error', () => response.destroy());
    response.on('close', () => call.destroy());
    request.pipe(call);
  });
  onTestFinished(() => front.close());
  return open(cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${front.port}` }));
}

test.each<[string, Front]>([
  ['compresses unless told otherwise', { gzips: true }],
  ['writes the media type in another case', { type: 'Application/JSON; charset=UTF-8' }],
  ['puts a byte order mark before JSON', { before: '\uFEFF' }],
  ['sends empty lines', { before: '\n \r\n', behind: '\n\r\n' }],
])('a cluster behind something that %s is like any other', async (_what, front) => {
  const { cluster, signal } = await startLab();
  const client = await through(cluster, front);
  expect((await client.preflight(signal)).version).toBe('v1.34.1');
  const recorder = watch(client);
  await expect.poll(() => cluster.watches.size).toBe(1);
  cluster.store.put('nodes', nodeOf('worker-2'));
  await expect.poll(() => [...recorder.nodes.keys()]).toEqual(['worker-1', 'worker-2']);
  expect([recorder.failures, recorder.lists]).toEqual([[], 1]);
});

test('an answer in a coding that nobody asked for is told as such', async () => {
  const { cluster, signal } = await startLab();
  const front = await httpUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync('{}'));
  });
  onTestFinished(() => front.close());
  const client = await open(cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${front.port}` }));
  await expect(client.requested(signal)).rejects.toThrow('answered in the coding gzip');
});
