import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import { PACE } from '../../../src/connectors/kubernetes/pace.js';
import { TARGETS_DUE } from '../../../src/domains/deployments/deployment.topics.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { ask } from '../../edge/support/world.js';
import { playControllers } from '../../support/kubernetes/controllers.js';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { FakeApiServer, type Fault } from '../../support/kubernetes/server.js';
import { uniqueName } from '../../support/people.js';
import { QUICK_ROLLOUT, type World, labelClusters, show, startWorld } from './world.js';

/** `none` is a cluster that is well among the others; of `refused` nobody listens. */
export type FleetFault = Fault | 'refused' | 'none';

export interface FaultyCluster {
  fault: FleetFault;
  id: number;
  fake: FakeApiServer;
}

export interface Fleet {
  world: World;
  label: string;
  clusters: readonly FaultyCluster[];
  stop: () => Promise<void>;
}

const REGISTER = `mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }`;

async function startCluster({ server }: World, fault: FleetFault, name: string): Promise<FaultyCluster> {
  const fake = await FakeApiServer.start();
  fake.store.put('nodes', nodeOf('worker-1'));
  playControllers(fake.namespaced);
  const input = { name, kubeconfig: fake.kubeconfig() };
  const { data, errors } = await ask<{ registerCluster: { cluster: { id: string } } }>(server, REGISTER, {
    input,
  });
  if (!data) throw new Error(errors[0]?.message);
  return { fault, id: Number(data.registerCluster.cluster.id), fake };
}

/**
 * A whole server with one cluster, by HTTP, for each of these faults; nothing is wrong with them yet. `patience`: milliseconds
 * for one answer.
 */
export async function startFleet(faults: readonly FleetFault[], patience = 1500): Promise<Fleet> {
  const pace = { ...PACE, patience, backoffBase: 5, backoffCap: 40 };
  const world = await startWorld(
    {},
    {
      clusterConnector: createKubernetesConnector(new AddressPolicy([]), { pace }),
      rolloutPace: {
        ...QUICK_ROLLOUT,
        firstRetry: 300,
        lastRetry: 2000,
        firstPatience: Math.max(patience, QUICK_ROLLOUT.firstPatience),
        patience: Math.max(patience, 5000),
      },
    },
  );
  const names = faults.map((fault) => uniqueName(`fault-${fault}`));
  const clusters = await Promise.all(
    faults.map(async (fault, place) => startCluster(world, fault, names[place] ?? '')),
  );
  const label = uniqueName('label');
  await labelClusters(world.server, 'POST', label, ...names);
  return {
    world,
    label,
    clusters,
    stop: async () => {
      await world.server.stop();
      await Promise.all(clusters.map(async ({ fake }) => fake.close()));
    },
  };
}

async function breakNow({ fault, fake }: FaultyCluster, calls: RegExp): Promise<void> {
  if (fault === 'refused') await fake.down();
  else if (fault !== 'none') fake.break(fault, calls);
}

/** From now on, or from such a request on, each cluster fails at such calls in its own way. */
export async function breakAll({ clusters }: Fleet, calls: RegExp, after?: RegExp): Promise<void> {
  for (const cluster of clusters) {
    if (!after) await breakNow(cluster, calls);
    else cluster.fake.onRequest = (request) => after.test(request) && void breakNow(cluster, calls);
  }
}

export async function healAll({ clusters }: Fleet): Promise<void> {
  for (const { fault, fake } of clusters) {
    fake.heal();
    fake.namespaced.missing.clear();
    fake.onRequest = undefined;
    if (fault === 'refused' && !fake.isUp) await fake.up();
  }
}

/** The time of the next try or look has come for all targets. */
export async function makeDue({ world: { server } }: Fleet, id: string): Promise<void> {
  await server.database.query('update deployment_targets set due_at = now() where deployment_id = $1', [id]);
  const { notifications } = server.database;
  await notifications.publish(server.database.fork(), TARGETS_DUE, { id: Number(id) });
}

/** By fault: where its target stands, and why. */
export async function standings(fleet: Fleet, id: string) {
  const { targets } = await show(fleet.world, id);
  const stands = targets.nodes.map(({ clusterId, state, message }) => {
    const fault = fleet.clusters.find((cluster) => cluster.id === Number(clusterId))?.fault;
    return [fault, [state, message]] as const;
  });
  return new Map(stands);
}
