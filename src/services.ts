import { Registry, collectDefaultMetrics } from 'prom-client';
import { InitialPasswordFile } from './config/initialPassword.js';
import { readSecretKey } from './config/secretKey.js';
import type { Config } from './config/settings.js';
import type { Database } from './database/database.js';
import { Installation } from './database/installation.entity.js';
import { readInstallation } from './database/installation.js';
import { refuseMissingKeys } from './database/sealed.js';
import {
  CLUSTER_SECRETS,
  CapacityService,
  Cluster,
  ClusterAccess,
  type ClusterConnector,
  ClusterLabel,
  ClusterLabelService,
  ClusterNamespace,
  ClusterNode,
  ClusterService,
  ClusterWatcher,
  DepartedLabel,
  LeaseService,
  NodeIntake,
  NodeLabel,
  NodeLabelCount,
  NodeLabelService,
  NodeListService,
  NodeService,
  WatchService,
} from './domains/edge/index.js';
import {
  AdministratorService,
  AttemptLimit,
  AuditEvent,
  AuditService,
  AuthenticationService,
  Business,
  BusinessService,
  CallerService,
  type HashCost,
  LoginFailure,
  LoginNetwork,
  PasswordHasher,
  RefreshToken,
  RetentionService,
  Session,
  SessionService,
  TokenService,
  User,
  UserService,
} from './domains/identity/index.js';
import { Job, JobService } from './domains/jobs/index.js';
import { PLATFORM_SECRETS, Platform, PlatformService, RouteService } from './domains/platforms/index.js';
import type { QueuePace } from './jobs/index.js';
import type { Loggers } from './log/logger.js';
import { AddressPolicy } from './kernel/networks.js';
import { SecretBox } from './kernel/secrets.js';
import { Trust } from './kernel/trust.js';
import { platformEnvelope } from './rest/platform/index.js';
import { createQueue } from './queue.js';
import { createTransmit } from './transmit/index.js';

/** Every stored class. */
export const ENTITIES = [
  User,
  Business,
  AuditEvent,
  Session,
  RefreshToken,
  LoginNetwork,
  LoginFailure,
  Platform,
  Cluster,
  ClusterLabel,
  ClusterNamespace,
  ClusterWatcher,
  ClusterNode,
  NodeLabel,
  NodeLabelCount,
  DepartedLabel,
  Job,
  Installation,
];

/** Every place where secrets are stored. */
export const SEALED = [PLATFORM_SECRETS, CLUSTER_SECRETS];

/** What a test replaces. */
export interface ServiceParts {
  /** How clusters are reached. */
  clusterConnector?: ClusterConnector;
  hashCost?: HashCost;
  queuePace?: QueuePace;
}

/** The connector is loaded when the first cluster is asked, since it takes 10 MiB. */
function kubernetes(
  addresses: AddressPolicy,
  silence: number,
  viaName: string,
  clusterConnector: ClusterConnector | undefined,
): () => Promise<ClusterConnector> {
  let loaded = clusterConnector && Promise.resolve(clusterConnector);
  const load = async () => {
    const { createKubernetesConnector, paceFor } = await import('./connectors/kubernetes/index.js');
    return createKubernetesConnector(addresses, { pace: paceFor(silence), viaName });
  };
  return () => (loaded ??= load());
}

/** Sums of what others tell by type, named as if they were counters. */
const MISNAMED_METRICS = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** Constructs every service, each once. */
export async function createServices(
  config: Config,
  database: Database,
  loggers: Loggers,
  { clusterConnector, hashCost, queuePace }: ServiceParts = {},
) {
  const secrets = new SecretBox(readSecretKey(config), config.SECRET_KEYS_PREVIOUS);
  const installation = await readInstallation(database, secrets);
  await refuseMissingKeys(database, secrets, SEALED);
  const viaName = `isthmus-${installation.id.slice(0, 8)}`;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED_METRICS) registry.removeSingleMetric(name);

  const trust = new Trust(config);
  const tokens = new TokenService(secrets, config.ACCESS_TOKEN_LIFETIME);
  const authentication = new AuthenticationService(database, tokens);
  const callers = new CallerService(trust, authentication);
  const trail = new AuditService();
  const limits = {
    logIns: new AttemptLimit(database, {
      window: config.LOGIN_WINDOW,
      message: 'too many failed log-ins; wait before the next try',
    }),
    signUps: new AttemptLimit(database, {
      window: config.SIGN_UP_WINDOW,
      message: 'too many registrations from this address; wait before the next, or ask an administrator',
    }),
  };
  const hasher = new PasswordHasher(hashCost);
  const users = new UserService(database, trail, hasher, limits, config);
  const businesses = new BusinessService(database, trail);
  const administrators = new AdministratorService({
    database,
    hasher,
    trail,
    file: new InitialPasswordFile(config),
    logger: loggers.logger,
    config,
  });
  const sessions = new SessionService(database, users, tokens, limits.logIns, config);

  const addresses = new AddressPolicy(config.PLATFORM_NETWORKS);
  const platforms = new PlatformService(database, trail, secrets, (address) => addresses.allows(address));
  const routes = new RouteService(database, config);
  const transmit = createTransmit({
    config,
    findRoute: (id) => routes.find(id),
    authorise: (request) => callers.trustedOrToken(request, 'platform:transmit'),
    onSessionEnd: (caller, ended) => authentication.onSessionEnd(caller, ended),
    callerOf: (request) => trust.callerOf(request.socket.remoteAddress, request.headers),
    spell: platformEnvelope,
    viaName,
    loggers,
    registry,
  });
  routes.onChange(({ id }) => transmit.forget(id));

  const clusterAccess = new ClusterAccess({
    database,
    secrets,
    connector: kubernetes(addresses, config.CLUSTER_SILENCE, viaName, clusterConnector),
  });
  const clusters = new ClusterService(database, trail, clusterAccess);
  const clusterLabels = new ClusterLabelService(database, trail, clusters);
  const nodes = new NodeService();
  const nodeLists = new NodeListService();
  const nodeLabels = new NodeLabelService(database, trail, nodes);
  const periods = { lease: config.CLUSTER_LEASE, silence: config.CLUSTER_SILENCE };
  const leases = new LeaseService(database, periods);
  const watches = new WatchService(
    {
      database,
      access: clusterAccess,
      leases,
      intake: new NodeIntake(database, leases),
      logger: loggers.logger,
    },
    periods,
  );
  const queue = createQueue(database, clusterAccess, loggers, queuePace);
  const jobs = new JobService(async () => queue.started());
  const capacities = new CapacityService(clusterAccess);

  return {
    administrators,
    authentication,
    businesses,
    callers,
    capacities,
    clusterLabels,
    clusters,
    jobs,
    nodeLabels,
    nodeLists,
    nodes,
    platforms,
    queue,
    registry,
    retention: new RetentionService(database, loggers.logger, config),
    routes,
    sessions,
    trail,
    transmit,
    users,
    viaName,
    watches,
  };
}

export type Services = Awaited<ReturnType<typeof createServices>>;
