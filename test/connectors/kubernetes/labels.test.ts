import { expect, test } from 'vitest';
import { namespaceOf, nodeOf } from '../../support/kubernetes/objects.js';
import { startLab } from './lab.js';

test('labels that others own are never taken, nor changed', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.store.put('nodes', nodeOf('worker-1', { labels: { 'label.isthmus.io/taken': 'theirs' } }));
  await expect(client.setNodeLabels('worker-1', ['taken', 'free'], signal)).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    message: expect.stringContaining('label.isthmus.io/taken'),
  });
  expect(cluster.store.get('nodes', 'worker-1').metadata.labels).toEqual({
    'kubernetes.io/hostname': 'worker-1',
    'kubernetes.io/os': 'linux',
    'label.isthmus.io/taken': 'theirs',
  });
  expect(cluster.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
});

test('labels that say the same as those of others are shared, and stay when ours go', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.store.put('nodes', nodeOf('worker-1', { labels: { 'label.isthmus.io/edge': 'true' } }));
  const labels = () => Object.keys(cluster.store.get('nodes', 'worker-1').metadata.labels);
  const theirs = ['kubernetes.io/hostname', 'kubernetes.io/os', 'label.isthmus.io/edge'];
  await client.setNodeLabels('worker-1', ['edge', 'gpu'], signal);
  expect(labels()).toEqual([...theirs, 'label.isthmus.io/gpu']);
  await client.setNodeLabels('worker-1', [], signal);
  expect(labels()).toEqual(theirs);
});

test('a node that is replaced meanwhile gets its labels', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.onRequest = (request) => {
    if (!request.startsWith('PATCH')) return;
    cluster.onRequest = undefined;
    cluster.store.remove('nodes', 'worker-1');
    cluster.store.put('nodes', nodeOf('worker-1'));
  };
  await client.setNodeLabels('worker-1', ['edge'], signal);
  expect(cluster.store.get('nodes', 'worker-1').metadata.labels).toHaveProperty(
    ['label.isthmus.io/edge'],
    'true',
  );
});

test('a node that goes meanwhile is not made anew', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.onRequest = (request) => {
    if (request.startsWith('PATCH')) cluster.store.objects.nodes.delete('worker-1');
  };
  await expect(client.setNodeLabels('worker-1', ['edge'], signal)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(cluster.store.objects.nodes.size).toBe(0);
});

test('a load balancer that knows no cluster does not say that the node is gone', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.break('balancer');
  await expect(client.setNodeLabels('worker-1', ['edge'], signal)).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    details: { upstream: { status: 404 } },
  });
});

test('a name that is no path stays one', async () => {
  const { cluster, client, signal } = await startLab();
  const odd = '../../version?a#b';
  await expect(client.setNodeLabels(odd, ['edge'], signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(cluster.requests).toEqual([`GET /api/v1/nodes/${encodeURIComponent(odd)}`]);
});

test('a namespace that is being deleted is not there', async () => {
  const { cluster, client, signal } = await startLab();
  cluster.store.put('namespaces', { ...namespaceOf('ns1'), status: { phase: 'Terminating' } });
  await expect(client.ensureNamespace('ns1', signal)).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    message: expect.stringContaining('is still deleting the namespace ns1'),
  });
});
