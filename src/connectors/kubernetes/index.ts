import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { ClusterClient, ClusterConnector } from '../../domains/edge/clusters/cluster.port.js';
import { guardedLookup, type Resolve } from '../../net/guardedLookup.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import { readAccess } from './access.js';
import { listEvents } from './clusterEvents.js';
import { Connection } from './connection.js';
import { identityCheck } from './identity.js';
import { ensureNamespace } from './namespaces.js';
import { setNodeLabels } from './nodeLabels.js';
import { standaloneConfig } from './kubeconfig.js';
import { NodeWatch } from './nodeWatch.js';
import { PACE, type Pace } from './pace.js';
import { preflight } from './preflight.js';
import { requested } from './requested.js';
import { takeTurn } from './turn.js';
import { type Helm, HelmProgram, workloadsOf } from './workloads/index.js';

export { paceFor } from './pace.js';

/** Lists of nodes that are read and taken in at once, of all clusters: each is held in memory whole. */
const MOST_NODE_LISTS = 4;
/** Lists that somebody waits for and that are read at once, of all clusters: of each a page is held in memory. */
const MOST_ANSWERS = 16;

/** In which all clusters take turns. No list is asked for before, so that nobody's time runs while others are at work. */
interface Turns {
  nodeLists: BulkheadPolicy;
  answers: BulkheadPolicy;
}

export interface ConnectorOptions {
  resolve?: Resolve;
  pace?: Pace;
  /** What this deployment is called in Via. */
  viaName?: string;
  /** The path of the `helm` program; empty where there is none. */
  helm?: string;
}

/** Kubernetes clusters, by their kubeconfigs. A name is resolved anew for each connection, and its address checked. */
export function createKubernetesConnector(
  policy: AddressPolicy,
  { resolve, pace = PACE, viaName = 'isthmus', helm = '' }: ConnectorOptions = {},
): ClusterConnector {
  const lookup = guardedLookup(policy, resolve);
  const turns = {
    nodeLists: bulkhead(MOST_NODE_LISTS, Infinity),
    answers: bulkhead(MOST_ANSWERS, Infinity),
  };
  const program = helm === '' ? null : new HelmProgram(helm);
  return {
    open: async (kubeconfig, uid) => {
      const connection = new Connection(await readAccess(kubeconfig, policy), { lookup, pace, viaName });
      const helmThere = program && { program, kubeconfig: () => standaloneConfig(kubeconfig) };
      return clientOf(connection, uid, { ...turns, helm: helmThere });
    },
  };
}

function clientOf(
  connection: Connection,
  uid: string | undefined,
  { nodeLists, answers, helm }: Turns & { helm: Helm | null },
): ClusterClient {
  const identify = identityCheck(connection, uid);
  let isIdentified = false;
  const identifyAnew = async (signal: AbortSignal) => {
    isIdentified = false;
    await identify(signal);
    isIdentified = true;
  };
  const identifyOnce = async (signal: AbortSignal) => {
    if (!isIdentified) await identifyAnew(signal);
  };
  /** One that does not answer at all holds no place of those that do. */
  const answer = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    await identifyOnce(signal);
    return takeTurn({
      turns: answers,
      work,
      period: connection.pace.silence,
      signal: AbortSignal.any([signal, connection.closed]),
    });
  };
  return {
    preflight: (signal) => preflight(connection, signal),
    watchNodes: (observer, signal) =>
      new NodeWatch(
        { connection, observer, identify, lists: nodeLists },
        AbortSignal.any([signal, connection.closed]),
      ).run(),
    setNodeLabels: async (nodeName, labels, signal) => {
      await identifyOnce(signal);
      await setNodeLabels(connection, nodeName, labels, signal);
    },
    ensureNamespace: async (name, signal) => {
      await identifyOnce(signal);
      await ensureNamespace(connection, name, signal);
    },
    listEvents: (visible, limit, signal) =>
      answer(signal, () => listEvents(connection, visible, limit, signal)),
    requested: (signal) => answer(signal, () => requested(connection, signal)),
    ...workloadsOf({ connection, identifyAnew, identifyOnce, helm }),
    close: () => connection.close(),
  };
}
