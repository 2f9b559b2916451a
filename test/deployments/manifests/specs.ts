import fc from 'fast-check';
import type { AppSpec } from '../../../src/domains/apps/index.js';
import type { Placement } from '../../../src/domains/deployments/manifests/index.js';

/** The example of ote 002, Application Management 1, with its hole in the tie between the two kinds of utilisation. */
export const NGINX: AppSpec = {
  appName: 'nginx1',
  version: '1.2',
  deployType: 'deployment',
  image: 'nginx:latest',
  repositoryId: 'repo1',
  command: '',
  ports: [{ port: 8080, hostPort: 9090 }],
  volumes: [
    { path: '/host/usr/bin', hostPath: '/usr/bin', readOnly: true },
    { path: '/host/usr/sbin', hostPath: '/usr/sbin', readOnly: true },
  ],
  env: [{ name: 'NGINX_PATH', value: '/usr/share/nginx/' }],
  replicas: 10,
  minReplicas: 2,
  maxReplicas: 20,
  minCPU: 10,
  maxCPU: 200,
  minMemory: 100,
  maxMemory: 200,
  gpu: 0,
  isHPA: true,
  targetCPUUtilization: 100,
  targetMemUtilization: 150,
  maxUnavailable: 1,
  maxSurge: 1,
  minReadySeconds: 10,
  hasChart: false,
};

export const PLACE: Placement = {
  deploymentId: 7,
  deployName: 'web',
  namespace: 'ns3',
  nodeLabel: null,
  pullAccount: null,
};

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const pair = (most: number) =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 0, max: most })).map(([least, more]) => ({
    least,
    most: least + more,
  }));
const port = fc.integer({ min: 1, max: 65_535 });
const path = fc.stringMatching(/^(\/[a-z0-9_.-]{1,20}){1,4}$/).filter((text) => !/\/\.\.?(\/|$)/.test(text));
const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => !value.includes('\0'));

/** Applications as their validation lets them through. */
export const specs: fc.Arbitrary<AppSpec> = fc
  .record({
    appName: name,
    version: fc.stringMatching(/^\d{1,4}(\.\d{1,4}){1,3}$/),
    deployType: fc.constantFrom('deployment', 'daemonset'),
    image: fc.stringMatching(/^[a-z0-9]{1,20}(\/[a-z0-9]{1,20}){0,2}:[a-z0-9]{1,10}$/),
    repositoryId: fc.constant(null),
    command: fc.oneof(fc.constant(''), text),
    ports: fc.uniqueArray(fc.record({ port, hostPort: fc.option(port) }), {
      maxLength: 4,
      comparator: (a, b) => a.port === b.port || (a.hostPort !== null && a.hostPort === b.hostPort),
    }),
    volumes: fc.uniqueArray(fc.record({ path, hostPath: path, readOnly: fc.boolean() }), {
      maxLength: 4,
      selector: (volume) => volume.path,
    }),
    env: fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[A-Za-z_]\w{0,30}$/), value: text }), {
      maxLength: 4,
      selector: (variable) => variable.name,
    }),
    replicas: fc.integer({ min: 0, max: 100 }),
    scale: pair(100),
    cpu: pair(10_000),
    memory: pair(1_000_000),
    gpu: fc.integer({ min: 0, max: 8 }),
    isHPA: fc.boolean(),
    targetCPUUtilization: fc.integer({ min: 0, max: 1000 }),
    targetMemUtilization: fc.integer({ min: 0, max: 1000 }),
    maxUnavailable: fc.integer({ min: 0, max: 10 }),
    maxSurge: fc.integer({ min: 0, max: 10 }),
    minReadySeconds: fc.integer({ min: 0, max: 3600 }),
  })
  .map(({ scale, cpu, memory, ...spec }) => ({
    ...spec,
    minReplicas: scale.least,
    maxReplicas: scale.most,
    minCPU: cpu.least,
    maxCPU: cpu.most,
    minMemory: memory.least,
    maxMemory: memory.most,
    hasChart: false,
  }));

export const places: fc.Arbitrary<Placement> = fc.record({
  deploymentId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  deployName: name,
  namespace: fc.constant('ns3'),
  nodeLabel: fc.option(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)),
  pullAccount: fc.option(fc.record({ address: fc.webUrl(), user: text, password: text })),
});
