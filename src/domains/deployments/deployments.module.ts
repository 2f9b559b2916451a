import { countsBy } from '../../database/countsBy.js';
import type { RequestContext } from '../../kernel/context.js';
import type { Apps } from '../apps/index.js';
import type { Edge } from '../edge/index.js';
import { type Identity, authorise } from '../identity/index.js';
import type { Images } from '../images/index.js';
import type { Base, Module } from '../module.js';
import { ChangeService } from './change.service.js';
import { DeployedChartService } from './deployedChart.service.js';
import { Deployment, DeploymentTarget } from './deployment.entity.js';
import { deploymentReference } from './deployment.reference.js';
import { DeploymentResolver } from './deployment.resolver.js';
import { DeploymentService } from './deployment.service.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';
import { DeploymentAuditResolver } from './deploymentAudit.resolver.js';
import {
  AppDeploymentsResolver,
  BusinessDeploymentsResolver,
  ClusterDeploymentsResolver,
  DeploymentPartsResolver,
  DeploymentTargetResolver,
} from './deploymentParts.resolver.js';
import { LogService } from './logs.service.js';
import { LOG_LIMITS } from './logRoom.js';
import { PreviewService } from './preview.service.js';
import { DueService } from './rollout/due.service.js';
import { DueTimers } from './rollout/dueTimers.js';
import { EvictionService } from './rollout/eviction.service.js';
import { ObjectsService } from './rollout/objects.service.js';
import { PACE, type RolloutPace } from './rollout/progress.js';
import { evictionsJob, rolloutsJob, selectionJob, targetsJob } from './rollout/rollout.jobs.js';
import { RolloutService } from './rollout/rollout.service.js';
import { SelectionService } from './rollout/selection.service.js';
import { FindingService } from './rollout/finding.service.js';
import { TargetStepService } from './rollout/targetStep.service.js';
import { WarningService } from './warning.service.js';

const paceOf = ({ ROLLOUT_CHECK: check, ROLLOUT_DEADLINE: deadline }: Base['config']): RolloutPace => ({
  ...PACE,
  check,
  deadline,
});

export function createDeployments(
  { config, database, logger }: Base,
  { identity, edge, images, apps }: { identity: Identity; edge: Edge; images: Images; apps: Apps },
  pace = paceOf(config),
  logLimits = LOG_LIMITS,
) {
  const { businesses, trail } = identity;
  const { access, clusterLabels, clusters, labelEvictions } = edge;
  const deployments = new DeploymentService();
  const objects = new ObjectsService(apps.chartFiles, images.externalRepositories);
  const timers = { rollouts: new DueTimers(), targets: new DueTimers() };
  const charts = new DeployedChartService(apps.chartFiles);
  const changes = new ChangeService({
    database,
    trail,
    apps: apps.apps,
    charts,
    deployments,
    autoDeploy: config.ADMIN_AUTO_DEPLOY,
  });
  const rollouts = new RolloutService({
    database,
    apps: apps.apps,
    charts,
    clusterLabels,
    timers: timers.rollouts,
  });
  const findings = new FindingService({ database, rollouts }, pace);
  const due = new DueService(database, objects, pace);
  const steps = { access, due, findings, timers: timers.targets, logger };
  const selections = new SelectionService(database, rollouts);
  clusters.setOccupants((reader, id) => selections.namesIn(reader, id));
  return {
    apps: apps.apps,
    businesses,
    changes,
    clusters,
    deployments,
    evictions: new EvictionService(database, access, labelEvictions),
    logs: new LogService(access, deployments, logLimits),
    previews: new PreviewService({ access, clusterLabels, changes, deployments, objects }),
    rollouts,
    selections,
    steps: new TargetStepService(steps, pace),
    timers,
    warnings: new WarningService(apps.apps, clusterLabels, images.registry),
  };
}

export type Deployments = ReturnType<typeof createDeployments>;

/** What businesses run in which clusters. */
export const deployments: Module<Deployments> = {
  entities: [Deployment, DeploymentAudit, DeploymentTarget],
  resolvers: (face) => [
    new DeploymentResolver(face),
    new DeploymentPartsResolver(face),
    new DeploymentTargetResolver(face.clusters),
    new DeploymentAuditResolver(face.deployments, face.changes),
    new AppDeploymentsResolver(face.deployments),
    new BusinessDeploymentsResolver(face.deployments),
    new ClusterDeploymentsResolver(face.deployments),
  ],
  references: (face) => ({ Deployment: deploymentReference(face.deployments) }),
  streams: ({ logs }) => ({
    deploymentLogs: async ({ id, tail }: { id: string; tail: number }, ctx: RequestContext) => {
      authorise(ctx.principal, 'deployment:read');
      return logs.follow(ctx, id, tail);
    },
  }),
  figures: (_face, reader) => [
    {
      kind: 'gauge',
      name: 'isthmus_deployments',
      help: 'Deployments by where their latest change stands; the same at every replica',
      labels: ['status'],
      isShared: true,
      read: async () => countsBy(reader, Deployment, 'status', (status) => ({ status })),
    },
    {
      kind: 'gauge',
      name: 'isthmus_deployment_targets',
      help: 'Clusters of deployments by where the rollout stands there; the same at every replica',
      labels: ['state'],
      isShared: true,
      read: async () => countsBy(reader, DeploymentTarget, 'state', (state) => ({ state })),
    },
  ],
  jobs: ({ evictions, rollouts, selections, steps, timers }) => [
    rolloutsJob(rollouts, timers.rollouts),
    targetsJob(steps, timers.targets),
    selectionJob(selections),
    evictionsJob(evictions),
  ],
};
