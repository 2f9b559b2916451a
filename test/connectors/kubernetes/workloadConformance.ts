import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppSpec } from '../../../src/domains/apps/index.js';
import { type Placement, workloadOf } from '../../../src/domains/deployments/manifests/index.js';
import type { ClusterClient } from '../../../src/domains/edge/clusters/cluster.port.js';
import type { ObjectChange, WorkloadOwner } from '../../../src/domains/edge/clusters/workload.port.js';
import { NGINX, PLACE } from '../../deployments/manifests/specs.js';

const WAIT = { timeout: 30_000, interval: 50 };

export interface WorkloadLab {
  client: ClusterClient;
  /** One that there is for the suite alone. */
  namespace: string;
  /** As somebody does by hand: an object of theirs, a change, a deletion. */
  createDeployment: (name: string) => Promise<void>;
  scale: (name: string, replicas: number) => Promise<void>;
  deleteDeployment: (name: string) => Promise<void>;
  /** Whether there are pods with logs, which come again when they are deleted. */
  hasPods: boolean;
}

const BASE: AppSpec = {
  ...NGINX,
  image: 'registry.k8s.io/e2e-test-images/busybox:1.36.1-1',
  command: "sh -c 'echo hello; sleep 3600'",
  repositoryId: null,
  replicas: 2,
  ports: [{ port: 8080, hostPort: null }],
  volumes: [{ path: '/host/etc', hostPath: '/etc', readOnly: true }],
  isHPA: false,
  minReadySeconds: 0,
  minCPU: 1,
  maxCPU: 20,
  minMemory: 16,
  maxMemory: 64,
};

const account = { address: 'registry.example.org', user: 'puller', password: 's3cret' };
const summary = (changes: readonly ObjectChange[]) =>
  changes.map(({ kind, name, change }) => `${kind} ${name} ${change}`);

/** What holds for every cluster. It leaves nothing in its namespace. */
export function describeWorkloads(name: string, labOf: () => Promise<WorkloadLab>): void {
  describe(`deployments on ${name}`, () => {
    let lab: WorkloadLab;
    let stop: AbortController;
    let place: Placement;
    let owner: WorkloadOwner;

    beforeEach(async () => {
      lab = await labOf();
      stop = new AbortController();
      const { namespace } = lab;
      const deploymentId = Math.floor(Math.random() * 1_000_000_000) + 1;
      place = { ...PLACE, namespace, deploymentId, deployName: `web-${randomUUID().slice(0, 8)}` };
      owner = { namespace, deploymentId };
    });
    afterEach(async () => {
      await lab.client.apply(owner, [], { dryRun: false }, stop.signal);
      stop.abort();
    });

    const apply = (spec: Partial<AppSpec>, more: Partial<Placement> = {}, dryRun = false) => {
      const objects = workloadOf({ ...BASE, ...spec }, { ...place, ...more });
      return lab.client.apply(owner, objects, { dryRun }, stop.signal);
    };
    const state = () => lab.client.stateOf(owner, stop.signal);
    const ready = () =>
      vi.waitFor(async () => expect(await state()).toMatchObject({ isObserved: true, isReady: true }), WAIT);

    test('what is applied runs, and is applied once', async () => {
      expect(await state()).toBeNull();
      expect(summary(await apply({}))).toEqual([`Deployment ${place.deployName} CREATED`]);
      await ready();
      expect(await state()).toEqual({
        isObserved: true,
        isReady: true,
        isStuck: false,
        running: 2,
        error: 0,
        total: 2,
        problems: [],
      });
      expect(summary(await apply({}))).toEqual([`Deployment ${place.deployName} UNCHANGED`]);
    });

    test('a dry run tells what would change, and changes nothing', async () => {
      expect(summary(await apply({}, {}, true))).toEqual([`Deployment ${place.deployName} CREATED`]);
      expect(await state()).toBeNull();
      await apply({});
      const isTold = (changes: ObjectChange[]) => {
        expect(summary(changes)).toEqual([`Deployment ${place.deployName} CHANGED`]);
        expect(changes[0]?.differences).toEqual([{ path: 'spec.replicas', before: 2, after: 3 }]);
      };
      isTold(await apply({ replicas: 3 }, {}, true));
      isTold(await apply({ replicas: 3 }, {}, true));
      isTold(await apply({ replicas: 3 }));
      await vi.waitFor(async () => expect(await state()).toMatchObject({ total: 3, isReady: true }), WAIT);
    });

    test('what somebody has changed by hand is put right', async () => {
      await apply({});
      await lab.scale(place.deployName, 1);
      const [told] = await apply({}, {}, true);
      expect(told?.differences).toEqual([{ path: 'spec.replicas', before: 1, after: 2 }]);
      expect(summary(await apply({}))).toEqual([`Deployment ${place.deployName} CHANGED`]);
      await lab.deleteDeployment(place.deployName);
      await vi.waitFor(async () => expect(await state()).toBeNull(), WAIT);
      expect(summary(await apply({}))).toEqual([`Deployment ${place.deployName} CREATED`]);
    });

    test('parts come and go; their secrets are not told', async () => {
      const { deployName } = place;
      const scaled = { isHPA: true, minReplicas: 1, maxReplicas: 3 };
      expect(summary(await apply(scaled, { pullAccount: account }))).toEqual([
        `Secret ${deployName}-pull CREATED`,
        `Deployment ${deployName} CREATED`,
        `HorizontalPodAutoscaler ${deployName} CREATED`,
      ]);
      const others = { ...account, password: 'an0ther' };
      const changes = await apply(scaled, { pullAccount: others });
      expect(changes[0]).toMatchObject({ change: 'CHANGED' });
      expect(changes[0]?.differences).toHaveLength(1);
      expect(JSON.stringify(changes)).not.toContain(Buffer.from(account.password).toString('base64'));
      expect(changes[0]?.differences[0]).toMatchObject({ before: '[redacted]', after: '[redacted]' });
      const daemonSet = [
        `DaemonSet ${deployName} CREATED`,
        `HorizontalPodAutoscaler ${deployName} REMOVED`,
        `Deployment ${deployName} REMOVED`,
        `Secret ${deployName}-pull REMOVED`,
      ];
      const told = summary(await apply({ deployType: 'daemonset' }, {}, true));
      expect(told.toSorted()).toEqual(daemonSet.toSorted());
      expect(summary(await apply({ deployType: 'daemonset' })).toSorted()).toEqual(daemonSet.toSorted());
      await ready();
    });

    test('nothing of others is touched', async () => {
      await lab.createDeployment(place.deployName);
      try {
        for (const dryRun of [true, false]) {
          await expect(apply({}, { pullAccount: account }, dryRun)).rejects.toMatchObject({
            code: 'CONFLICT',
            message: expect.stringMatching(`Deployment "?${place.deployName}`) as string,
          });
        }
        expect(await lab.client.apply(owner, [], { dryRun: false }, stop.signal)).toEqual([]);
      } finally {
        await lab.deleteDeployment(place.deployName);
      }
    });

    test('nothing of another deployment is touched', async () => {
      await apply({});
      const other = { ...owner, deploymentId: owner.deploymentId + 1 };
      const objects = workloadOf(BASE, { ...place, deploymentId: other.deploymentId });
      await expect(lab.client.apply(other, objects, { dryRun: false }, stop.signal)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      expect(await lab.client.apply(other, [], { dryRun: false }, stop.signal)).toEqual([]);
      expect(await lab.client.stateOf(other, stop.signal)).toBeNull();
      expect(await state()).not.toBeNull();
    });

    test('an image that cannot be pulled is named', async () => {
      await apply({ image: 'registry.invalid/bad:1' });
      await vi.waitFor(
        async () =>
          expect(await state()).toMatchObject({
            isReady: false,
            error: 2,
            total: 2,
            problems: expect.arrayContaining([
              expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)/),
            ]) as string[],
          }),
        WAIT,
      );
      await apply({});
      await ready();
      expect(await state()).toMatchObject({ error: 0, problems: [] });
    });

    test('what is applied as nothing is gone', async () => {
      await apply({}, { pullAccount: account });
      const changes = await lab.client.apply(owner, [], { dryRun: false }, stop.signal);
      expect(summary(changes).toSorted()).toEqual([
        `Deployment ${place.deployName} REMOVED`,
        `Secret ${place.deployName}-pull REMOVED`,
      ]);
      await vi.waitFor(async () => expect(await state()).toBeNull(), WAIT);
      expect(await lab.client.apply(owner, [], { dryRun: false }, stop.signal)).toEqual([]);
    });

    test('logs are told by containers, and followed until aborted', async () => {
      if (!lab.hasPods) return;
      await apply({});
      await ready();
      await vi.waitFor(async () => {
        const logs = await lab.client.logsOf(owner, 10, stop.signal);
        expect(logs).toHaveLength(2);
        for (const log of logs) {
          expect(log).toMatchObject({ container: BASE.appName });
          expect(log.lines.length).toBeGreaterThan(0);
        }
      }, WAIT);
      const following = new AbortController();
      const pods = new Set<string>();
      for await (const { pod, line } of lab.client.followLogs(owner, 10, following.signal)) {
        expect(line).not.toBe('');
        pods.add(pod);
        if (pods.size === 2) following.abort();
      }
      expect(pods.size).toBe(2);
    });

    test('pods of a node go, and come again elsewhere or there', async () => {
      if (!lab.hasPods) return;
      await apply({ deployType: 'daemonset' });
      await ready();
      const podsOf = async () => (await lab.client.logsOf(owner, 1, stop.signal)).map(({ pod }) => pod);
      const before = await podsOf();
      await lab.client.removePods(owner, ['no-such-node'], stop.signal);
      expect(await podsOf()).toEqual(before);
      const nodes: string[] = [];
      const watching = new AbortController();
      const ended = lab.client.watchNodes(
        {
          changed: async (change) => {
            if (change.kind === 'all') nodes.push(...change.nodes.map((node) => node.name));
          },
          alive: () => undefined,
          version: () => undefined,
          failed: () => undefined,
        },
        watching.signal,
      );
      await vi.waitFor(() => expect(nodes).not.toEqual([]), WAIT);
      watching.abort();
      await ended;
      await lab.client.removePods(owner, nodes, stop.signal);
      await vi.waitFor(async () => {
        const now = await podsOf();
        expect(now).toHaveLength(before.length);
        expect(now.filter((pod) => before.includes(pod))).toEqual([]);
      }, WAIT);
      await ready();
    });

    test('whether the cluster installs charts is known', async () => {
      expect(typeof (await lab.client.hasHelmController(stop.signal))).toBe('boolean');
    });
  });
}
