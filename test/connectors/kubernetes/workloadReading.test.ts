import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from '../../../src/connectors/kubernetes/workloads/differences.js';
import { LogLines } from '../../../src/connectors/kubernetes/workloads/logLines.js';
import { merge } from '../../../src/connectors/kubernetes/workloads/merge.js';
import { podSchema, workloadSchema } from '../../../src/connectors/kubernetes/workloads/objects.js';
import { problemsOf } from '../../../src/connectors/kubernetes/workloads/problems.js';
import { type WorkloadKind, progressOf } from '../../../src/connectors/kubernetes/workloads/progress.js';
import { cut } from './cut.js';

const pod = (status: object, metadata: object = {}) =>
  podSchema.parse({ metadata: { name: 'p', uid: 'u', ...metadata }, spec: { containers: [] }, status });
const container = (state: object, more: object = {}) =>
  pod({ phase: 'Pending', containerStatuses: [{ name: 'app', restartCount: 1, state, ...more }] });

test.each([
  [
    'an image that cannot be pulled',
    container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } }),
    ['ImagePullBackOff: Back-off pulling image "x"'],
  ],
  [
    'a crash loop, whose message would be another one for each pod',
    container(
      {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 10s restarting failed container=app pod=p_ns(u)',
        },
      },
      { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
    ),
    ['CrashLoopBackOff: the container app exited with code 137'],
  ],
  [
    'what is missing',
    container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } }),
    ['CreateContainerConfigError: secret "x" not found'],
  ],
  [
    'an exit',
    container({ terminated: { exitCode: 1, reason: 'Error' } }),
    ['Error: the container app exited with code 1'],
  ],
  [
    'no node',
    pod({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3' }],
    }),
    ['Unschedulable: 0/3'],
  ],
  [
    'an eviction',
    pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' }),
    ['Evicted: low on memory'],
  ],
  ['a start', container({ waiting: { reason: 'ContainerCreating' } }), []],
  ['an end', container({ terminated: { exitCode: 0, reason: 'Completed' } }), []],
  [
    'a pod that goes',
    pod({ phase: 'Failed', reason: 'Evicted' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    [],
  ],
])('a problem: %s', (_what, found, problems) => {
  expect(problemsOf([found, found], [])).toEqual({ error: problems.length > 0 ? 2 : 0, problems });
});

test('problems are ten at most, each once and short', () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    container({ waiting: { reason: 'CreateContainerError', message: `${index} ${'x'.repeat(10_000)}` } }),
  );
  const { error, problems } = problemsOf(many, ['FailedCreate: quota']);
  expect(error).toBe(20);
  expect(problems).toHaveLength(10);
  expect(problems[0]).toBe('FailedCreate: quota');
  expect(Math.max(...problems.map(({ length }) => length))).toBeLessThanOrEqual(300);
});

const workload = (kind: WorkloadKind, spec: object, status: object | null, generation = 2) =>
  progressOf({
    kind,
    object: workloadSchema.parse({ metadata: { name: 'w', uid: 'u', generation }, spec, status }),
  });
const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const stuck = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];

test.each([
  [
    'all of it',
    'Deployment',
    { replicas: 2 },
    done,
    { isObserved: true, isReady: true, running: 2, total: 2 },
  ],
  [
    'seen before',
    'Deployment',
    { replicas: 2 },
    { ...done, observedGeneration: 1 },
    { isObserved: false, isReady: false },
  ],
  ['an old pod', 'Deployment', { replicas: 2 }, { ...done, replicas: 3 }, { isReady: false }],
  ['not yet updated', 'Deployment', { replicas: 2 }, { ...done, updatedReplicas: 1 }, { isReady: false }],
  [
    'not available',
    'Deployment',
    { replicas: 2 },
    { ...done, availableReplicas: 1 },
    { isReady: false, running: 1 },
  ],
  [
    'one by default',
    'Deployment',
    {},
    { ...done, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    { isReady: true, total: 1 },
  ],
  ['none wanted', 'Deployment', { replicas: 0 }, { observedGeneration: 2 }, { isReady: true, total: 0 }],
  [
    'given up',
    'Deployment',
    { replicas: 2 },
    { ...done, availableReplicas: 0, conditions: stuck },
    { isStuck: true },
  ],
  [
    'given up earlier',
    'Deployment',
    { replicas: 2 },
    { ...done, observedGeneration: 1, conditions: stuck },
    { isStuck: false },
  ],
  ['no status yet', 'Deployment', { replicas: 2 }, null, { isObserved: false, isReady: false, running: 0 }],
  [
    'everywhere',
    'DaemonSet',
    {},
    { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
    { isReady: true, running: 3, total: 3 },
  ],
  [
    'somewhere',
    'DaemonSet',
    {},
    { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 },
    { isReady: false },
  ],
] as [string, WorkloadKind, object, object | null, object][])(
  'progress: %s of a %s',
  (_what, kind, spec, status, progress) => {
    expect(workload(kind, spec, status)).toMatchObject(progress);
  },
);

test('odd numbers and types count as nothing', () => {
  const odd = fc.oneof(fc.constant(null), fc.string(), fc.double(), fc.constant([]), fc.constant({}));
  fc.assert(
    fc.property(odd, odd, odd, (replicas, observedGeneration, conditions) => {
      const status = {
        observedGeneration,
        replicas,
        updatedReplicas: replicas,
        availableReplicas: replicas,
        conditions,
      };
      const { running, total } = workload('Deployment', { replicas, selector: conditions }, status);
      for (const count of [running, total]) {
        expect(Number.isInteger(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(0);
        expect(count).toBeLessThan(2 ** 31);
      }
    }),
  );
});

test('labels, of which messages tell, are such as can be stored', () => {
  const { metadata } = pod({}, { labels: { app: 'a\0b' }, annotations: { note: 'c\uD800' } });
  expect([metadata.labels, metadata.annotations]).toEqual([{ app: 'a\uFFFDb' }, { note: 'c\uFFFD' }]);
});

test('differences are found by names, told short, and never of secrets', () => {
  const object = (env: object[], metadata: object = {}) => ({
    metadata: { name: 'w', labels: { a: '1' }, resourceVersion: '1', ...metadata },
    spec: { containers: [{ name: 'app', env }] },
    status: { replicas: 1 },
  });
  const before = object([{ name: 'A', value: 'x' }]);
  const after = object(
    [
      { name: 'B', value: 'y'.repeat(1000) },
      { name: 'A', value: 'z' },
    ],
    { resourceVersion: '2', annotations: { 'deployment.kubernetes.io/revision': '2' } },
  );
  expect(differencesOf('Deployment', before, { ...after, status: {} })).toEqual([
    { path: 'spec.containers.app.env.A.value', before: 'x', after: 'z' },
    { path: 'spec.containers.app.env.B.name', before: null, after: 'B' },
    { path: 'spec.containers.app.env.B.value', before: null, after: 'y'.repeat(200) },
  ]);
  const secret = (value: string) => ({ metadata: { name: 's' }, data: { key: value } });
  expect(differencesOf('Secret', secret('old'), secret('new'))).toEqual([
    { path: 'data.key', before: '[redacted]', after: '[redacted]' },
  ]);
  const large = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]));
  expect(differencesOf('Deployment', { spec: {} }, { spec: large })).toHaveLength(100);
  // A name that no database stores.
  expect(differencesOf('Deployment', { spec: {} }, { spec: { 'a\0b': 1, 'c\uD800': 2 } })).toEqual([
    { path: 'spec.a\uFFFDb', before: null, after: 1 },
    { path: 'spec.c\uFFFD', before: null, after: 2 },
  ]);
  let deep: object = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  expect(differencesOf('Deployment', { spec: {} }, { spec: deep })).toEqual([]);
});

test('a log is split into lines wherever it was cut; long lines are shortened', () => {
  const text = `one\r\n\n${'é'.repeat(5000)}\nlast`;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (lengths) => {
      const splitter = new LogLines();
      const lines = cut(Buffer.from(text), lengths).flatMap((chunk) => splitter.push(chunk));
      expect([...lines, ...splitter.rest()]).toEqual(['one', '', `${'é'.repeat(2048)}…`, 'last']);
      expect(splitter.rest()).toEqual([]);
    }),
  );
});

test('sources are merged as they come, none is read ahead, and one failure ends all', async () => {
  const asked: string[] = [];
  async function* source(name: string, count: number): AsyncGenerator<string> {
    for (let index = 0; index < count; index += 1) {
      asked.push(`${name}${index}`);
      yield `${name}${index}`;
    }
  }
  async function* sources() {
    yield source('a', 100);
    yield source('b', 2);
  }
  const taken: string[] = [];
  for await (const item of merge(sources())) {
    taken.push(item);
    expect(asked.length).toBeLessThanOrEqual(taken.length + 2);
  }
  expect(taken.filter((item) => item.startsWith('a'))).toHaveLength(100);
  expect(taken.indexOf('b1')).toBeLessThan(8);
  const failing = { next: () => Promise.reject<IteratorResult<string>>(new Error('broken')) };
  async function* withFailure(): AsyncGenerator<AsyncIterator<string>> {
    yield source('a', 3);
    yield failing;
  }
  const all = async () => {
    for await (const item of merge(withFailure())) taken.push(item);
  };
  await expect(all()).rejects.toThrow('broken');
});
