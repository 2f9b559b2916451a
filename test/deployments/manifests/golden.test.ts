import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { chartOf, workloadOf } from '../../../src/domains/deployments/manifests/index.js';
import type { AppSpec } from '../../../src/domains/apps/index.js';
import type { Placement } from '../../../src/domains/deployments/manifests/index.js';
import { NGINX, PLACE } from './specs.js';

const fixed: Partial<AppSpec> = { isHPA: false, ports: [], volumes: [], env: [] };
const account = { address: 'https://registry.example.org/', user: 'puller', password: 's3cret$' };

const cases: [string, Partial<AppSpec>, Partial<Placement>][] = [
  ["the document's example", {}, {}],
  ['a fixed number of replicas', { ...fixed, replicas: 3 }, {}],
  ['pulled with an account, on labelled nodes', fixed, { nodeLabel: 'gpu', pullAccount: account }],
  ['graphics processors', { ...fixed, gpu: 2 }, {}],
  ['a command of plain words', { ...fixed, command: `nginx -g 'daemon off;' "a b" \\$HOME` }, {}],
  ['a command for a shell', { ...fixed, command: 'cd /srv && exec ./run --port $PORT' }, {}],
  ['a value that Kubernetes would expand', { ...fixed, env: [{ name: 'P', value: 'a$$b$(P)$é$' }] }, {}],
  ['a daemon set', { ...fixed, deployType: 'daemonset', isHPA: true }, {}],
  ['a daemon set that surges', { ...fixed, deployType: 'daemonset', maxUnavailable: 0, maxSurge: 2 }, {}],
  ['a daemon set with host ports', { deployType: 'daemonset', maxUnavailable: 0, maxSurge: 2 }, {}],
  ['host ports that must be given up', { isHPA: false, maxUnavailable: 0 }, {}],
  ['an update that could not begin', { ...fixed, maxUnavailable: 0, maxSurge: 0 }, {}],
];

test.each(cases)('%s', async (name, spec, place) => {
  const objects = workloadOf({ ...NGINX, ...spec }, { ...PLACE, ...place });
  const file = `golden/${name.replaceAll(/\W+/g, '-')}.golden`;
  const yaml = objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
  await expect(yaml).toMatchFileSnapshot(file);
});

test('a chart is an object for the Helm controller, its name no longer than a release may have', () => {
  const content = Buffer.from('chart');
  const long = 'a'.repeat(63);
  expect(chartOf(NGINX, PLACE, content)).toEqual({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: {
      name: 'web',
      labels: {
        'app.kubernetes.io/managed-by': 'isthmus',
        'app.kubernetes.io/name': 'nginx1',
        'app.kubernetes.io/version': '1.2',
        'isthmus.io/deployment': '7',
      },
    },
    spec: { chartContent: 'Y2hhcnQ=', targetNamespace: 'ns3' },
  });
  const names = ['b', 'c'].map(
    (end) => chartOf(NGINX, { ...PLACE, deployName: long.slice(1) + end }, content).metadata.name,
  );
  expect(new Set(names).size).toBe(2);
  expect(names.map(({ length }) => length)).toEqual([50, 50]);
});

test.each([
  ['registry.example.org', 'registry.example.org'],
  ['http://127.0.0.1:5000/', '127.0.0.1:5000'],
  ['https://registry.example.org/team', 'registry.example.org/team'],
  ['docker.io', 'https://index.docker.io/v1/'],
  ['https://hub.docker.com/', 'https://index.docker.io/v1/'],
])('the account of a registry at %s is found by kubelets as %s', (address, key) => {
  const [secret] = workloadOf(NGINX, { ...PLACE, pullAccount: { ...account, address } });
  const { '.dockerconfigjson': config } = (secret?.['data'] ?? {}) as Record<string, string>;
  expect(JSON.parse(Buffer.from(config ?? '', 'base64').toString())).toEqual({
    auths: { [key]: { username: 'puller', password: 's3cret$', auth: 'cHVsbGVyOnMzY3JldCQ=' } },
  });
});
