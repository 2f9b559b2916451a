import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import { InitialPasswordFile } from './config/initialPassword.js';
import type { Config } from './config/settings.js';
import { createConnectors } from './connectors.js';
import { readInstallation } from './database/installation.js';
import { refuseMissingKeys } from './database/sealed.js';
import { createApps } from './domains/apps/index.js';
import {
  type CloudConnector,
  type DetailPace,
  type RefreshPace,
  createDataCenters,
} from './domains/datacenters/index.js';
import { type LogLimits, type RolloutPace, createDeployments } from './domains/deployments/index.js';
import { type ClusterConnector, type WatchPeriods, createEdge } from './domains/edge/index.js';
import { type HashCost, createIdentity } from './domains/identity/index.js';
import { createImages } from './domains/images/index.js';
import { type QueuePace, createJobs } from './domains/jobs/index.js';
import { createModelArts } from './domains/modelarts/index.js';
import { createPlatforms } from './domains/platforms/index.js';
import { createYamlGen } from './domains/yamlgen/index.js';
import { AddressPolicy } from './kernel/networks.js';
import { Trust } from './kernel/trust.js';
import type { Loggers } from './log/logger.js';
import { BasePath } from './http/basePath.js';
import { createRegistry, registerFigures } from './http/metrics.js';
import { CALL_FIGURES } from './net/ownCalls.js';
import { type Faces, SEALED, gather } from './modules.js';
import type { ThreadLimits } from './kernel/threads.js';
import type { Opened } from './opened.js';
import { platformEnvelope } from './rest/platform/index.js';
import { type Transmit, createTransmit } from './transmit/index.js';

/** What a test replaces. */
export interface ServiceParts {
  /** How clusters are reached. */
  clusterConnector?: ClusterConnector;
  /** How clouds are reached. */
  cloudConnector?: CloudConnector;
  detailPace?: DetailPace;
  /** What reading an OpenAPI document may take. */
  documentLimits?: ThreadLimits;
  hashCost?: HashCost;
  /** What following logs may take. */
  logLimits?: LogLimits;
  queuePace?: QueuePace;
  refreshPace?: RefreshPace;
  rolloutPace?: RolloutPace;
  watchPeriods?: WatchPeriods;
  /** What generating YAML may take. */
  yamlLimits?: ThreadLimits;
}

export interface Services extends Faces {
  basePath: BasePath;
  registry: Registry;
  /** What this deployment is called in Via. */
  viaName: string;
}

/** Constructs every service, each once. */
export async function createServices(
  config: Config,
  { database, secrets }: Opened,
  loggers: Loggers,
  {
    cloudConnector,
    clusterConnector,
    detailPace,
    documentLimits,
    hashCost,
    logLimits,
    queuePace,
    refreshPace,
    rolloutPace,
    watchPeriods,
    yamlLimits,
  }: ServiceParts = {},
): Promise<Services> {
  const installation = await readInstallation(database, secrets);
  await refuseMissingKeys(database, secrets, SEALED);
  const viaName = `isthmus-${installation.id.slice(0, 8)}`;
  const base = { config, database, logger: loggers.logger, secrets };
  const addresses = new AddressPolicy(config.PLATFORM_NETWORKS);
  const trust = new Trust(config);
  const registry = createRegistry();
  const callerOf = ({ socket, headers }: IncomingMessage) => trust.callerOf(socket.remoteAddress, headers);
  const basePath = new BasePath(config.BASE_PATH, (request) => callerOf(request).viaTrustedProxy);

  const identity = createIdentity(base, { trust, passwordFile: new InitialPasswordFile(config), hashCost });
  const { authentication, callers } = identity;
  const connectors = createConnectors({ addresses, config, viaName, clusterConnector, cloudConnector });
  const platforms = createPlatforms(base, identity, {
    addresses,
    // Forwarding is made of platforms, and they are called through it.
    caller: (route, call) => transmit.call(route, call),
    signer: connectors.signer,
    documentLimits,
  });
  const { routes, signing } = platforms;
  const modelarts = createModelArts(platforms.calls, platforms.repeats);
  const edge = createEdge(base, identity, connectors, watchPeriods);
  const images = createImages(base, identity, connectors);
  const apps = createApps(base, identity, images);
  const deployments = createDeployments(base, { identity, edge, images, apps }, rolloutPace, logLimits);
  const yaml = createYamlGen(base, identity, yamlLimits);
  const datacenters = createDataCenters(base, identity, connectors, refreshPace, detailPace);
  const transmit: Transmit = createTransmit({
    config,
    addresses,
    findRoute: (id) => routes.find(id),
    findSigner: (id, caller) => signing.find(id, caller),
    authorise: (request) => callers.trustedOrToken(request, 'platform:transmit'),
    onSessionEnd: (caller, ended) => authentication.onSessionEnd(caller, ended),
    callerOf,
    spell: platformEnvelope,
    viaName,
    loggers,
    registry,
  });
  routes.onChange(({ id }) => transmit.forget(id));

  const built = {
    identity,
    platforms,
    modelarts,
    edge,
    images,
    apps,
    deployments,
    datacenters,
    yamlgen: yaml,
    transmit: { transmit, routes },
  };
  const kinds = gather(built, (module, face) => module.jobs?.(face));
  const faces = { ...built, jobs: createJobs(base, kinds, queuePace) };
  registerFigures(registry, [
    ...CALL_FIGURES,
    ...database.figures,
    ...gather(faces, (module, face) => module.figures?.(face, database.reader)),
  ]);
  return { ...faces, basePath, registry, viaName };
}
