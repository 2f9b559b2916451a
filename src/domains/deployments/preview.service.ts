import type { EntityManager } from '@mikro-orm/postgresql';
import { bulkhead } from 'cockatiel';
import { rowsBy } from '../../database/rowsBy.js';
import type { RequestContext } from '../../kernel/context.js';
import { asDomainError } from '../../kernel/errors.js';
import { selectionOfFields } from '../../kernel/selection.js';
import { type App, toSpec } from '../apps/index.js';
import {
  Cluster,
  type ClusterAccess,
  type ClusterLabelService,
  type KubernetesObject,
} from '../edge/index.js';
import { type ChangeService, ownBusinessOf } from './change.service.js';
import type { NewDeployment, VersionChange } from './deployment.inputs.js';
import type { Deployment } from './deployment.entity.js';
import type { DeploymentService } from './deployment.service.js';
import type { DeploymentPreview } from './deploymentPreview.js';
import { type ObjectsService, ownerOf } from './rollout/objects.service.js';

interface PreviewParts {
  access: ClusterAccess;
  clusterLabels: ClusterLabelService;
  changes: ChangeService;
  deployments: DeploymentService;
  objects: ObjectsService;
}

const NAMED = selectionOfFields(['id', 'name']);

/** Clusters that are asked at once. */
const MOST_CALLS = 20;

/** No deployment has it. */
const UNMADE = 0;

/** What cannot be shown, or is too long to be read. */
function shownOf({ data: _data, stringData: _text, ...object }: KubernetesObject): object {
  if (object.kind !== 'HelmChart') return object;
  const { chartContent: _content, ...spec } = object['spec'] as Record<string, unknown>;
  return { ...object, spec };
}

/** What changes would do, as the clusters say, in which nothing changes. */
export class PreviewService {
  constructor(private readonly parts: PreviewParts) {}

  async ofNew(ctx: RequestContext, draft: NewDeployment): Promise<DeploymentPreview[]> {
    const businessId = ownBusinessOf(ctx);
    const app = await this.parts.changes.requireApp(ctx.em, businessId, draft.appName, draft.version);
    return this.#ask(ctx, { ...draft, id: UNMADE, businessId }, app);
  }

  async ofUpgrade(
    ctx: RequestContext,
    id: string,
    { version }: VersionChange,
  ): Promise<[Deployment, DeploymentPreview[]]> {
    const deployment = await this.parts.deployments.get(ctx, id);
    const { businessId, appName } = deployment;
    const app = await this.parts.changes.requireApp(ctx.em, businessId, appName, version);
    return [deployment, await this.#ask(ctx, deployment, app)];
  }

  async #ask(
    ctx: RequestContext,
    deployment: Pick<Deployment, 'id' | 'businessId' | 'deployName' | 'cluster' | 'nodeLabel'>,
    app: App,
  ): Promise<DeploymentPreview[]> {
    const em: EntityManager = ctx.em;
    const { chartDigest } = app;
    const objects = await this.parts.objects.of(em, { deployment, spec: toSpec(app), chartDigest });
    const chosen = await this.parts.clusterLabels.chosenBy(ctx.reader, deployment.cluster);
    const clusters = await rowsBy(ctx.reader, Cluster, 'id', chosen, { selection: NAMED });
    const names = new Map(clusters.map(({ id, name }) => [id, name]));
    const turns = bulkhead(MOST_CALLS, chosen.length);
    return Promise.all(
      chosen.map(async (clusterId) => ({
        clusterId,
        clusterName: names.get(clusterId) ?? '',
        objects: objects.map(shownOf),
        ...(await turns.execute(async () => this.#changesIn(ctx, clusterId, deployment, objects))),
      })),
    );
  }

  async #changesIn(
    ctx: RequestContext,
    clusterId: number,
    deployment: Pick<Deployment, 'id' | 'businessId'>,
    objects: readonly KubernetesObject[],
  ): Promise<Pick<DeploymentPreview, 'changes' | 'failure'>> {
    try {
      const changes = await this.parts.access.ask(clusterId, ctx.signal, async (client, signal) =>
        client.apply(ownerOf(deployment), objects, { dryRun: true }, signal),
      );
      return { changes, failure: null };
    } catch (error) {
      return { changes: [], failure: asDomainError(error).message };
    }
  }
}
