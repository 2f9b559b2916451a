import { expect, onTestFinished, test } from 'vitest';
import { open, startLab } from '../connectors/kubernetes/lab.js';
import { httpUpstream } from '../support/upstream.js';

test('a list of more bytes than a page can have is given up', async () => {
  const { cluster, signal } = await startLab();
  const pod = Buffer.from(`{"spec":{"containers":[]}${' '.repeat(2 ** 20)}},`);
  const endless = await httpUpstream((_request, response) => {
    const write = () => {
      while (!response.destroyed && response.write(pod));
    };
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', write).write('{"items":[');
    write();
  });
  onTestFinished(() => endless.close());
  const client = await open(cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${endless.port}` }));
  await expect(client.requested(signal)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 67108864 bytes'),
  });
});
