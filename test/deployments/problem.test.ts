import { expect, test } from 'vitest';
import { problemOf, problemOfPods } from '../../src/domains/deployments/rollout/problem.js';
import { DomainError, type ErrorCode } from '../../src/kernel/errors.js';

test.each<[ErrorCode, number | undefined, string]>([
  ['UPSTREAM_UNREACHABLE', undefined, 'UNREACHABLE'],
  ['UPSTREAM_PROTOCOL', undefined, 'UNREACHABLE'],
  ['UPSTREAM_CERTIFICATE', undefined, 'UNREACHABLE'],
  ['ADDRESS_DENIED', undefined, 'UNREACHABLE'],
  ['UPSTREAM_TIMEOUT', undefined, 'TIMEOUT'],
  ['UPSTREAM_ERROR', 401, 'CREDENTIALS_REFUSED'],
  ['UPSTREAM_ERROR', 403, 'RIGHTS_MISSING'],
  ['UPSTREAM_ERROR', 409, 'OBJECT_CONFLICT'],
  ['UPSTREAM_ERROR', 422, 'REFUSED'],
  ['UPSTREAM_ERROR', 429, 'CLUSTER_BUSY'],
  ['UPSTREAM_ERROR', 503, 'CLUSTER_BUSY'],
  ['CONFLICT', undefined, 'OBJECT_CONFLICT'],
  ['NOT_CONFIGURED', undefined, 'NOT_CONFIGURED'],
  ['BAD_INPUT', undefined, 'REFUSED'],
])('a step that failed with %s, status %s, has the problem %s', (code, status, problem) => {
  const upstream = status === undefined ? {} : { upstream: { platform: 'c', status, body: {} } };
  expect(problemOf(new DomainError(code, 'it failed', upstream))).toBe(problem);
});

test.each([
  [
    'deployments.apps "web" is forbidden: User "isthmus" cannot patch resource "deployments"',
    'RIGHTS_MISSING',
  ],
  ['deployments.apps "web" is forbidden: exceeded quota: q, requested: count/deployments.apps=1', 'REFUSED'],
  ['admission webhook "policy.example.org" denied the request: no limits', 'REFUSED'],
  ['access to this cluster is forbidden', 'RIGHTS_MISSING'],
])('a cluster that answers 403 and says %j has the problem %s', (said, problem) => {
  const upstream = { upstream: { platform: 'c', status: 403, body: {} } };
  const failure = new DomainError('UPSTREAM_ERROR', `the cluster answered 403: ${said}`, upstream);
  expect(problemOf(failure)).toBe(problem);
});

test.each([
  [[], null],
  [['ImagePullBackOff: no such image'], 'IMAGE_NOT_PULLED'],
  [['CrashLoopBackOff: the container app exited with code 1'], 'CONTAINER_CRASHES'],
  [['Unschedulable'], 'UNSCHEDULABLE'],
  [['FailedCreate: exceeded quota'], 'PODS_REFUSED'],
  [['Evicted: low on memory'], 'EVICTED'],
  [['the installation of the chart failed'], 'NOT_READY'],
  [['Novel: nobody knows', 'OOMKilled: the container app exited with code 137'], 'OUT_OF_MEMORY'],
  [['constructor: nothing of ours'], 'NOT_READY'],
])('pods of which the cluster says %j have the problem %s', (problems, problem) => {
  expect(problemOfPods(problems)).toBe(problem);
});
