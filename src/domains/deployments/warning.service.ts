import type { RequestContext } from '../../kernel/context.js';
import type { AppService } from '../apps/index.js';
import type { ClusterLabelService } from '../edge/index.js';
import type { Images } from '../images/index.js';
import { ownBusinessOf } from './change.service.js';
import type { Deployment } from './deployment.entity.js';

type Wanted = Pick<Deployment, 'appName' | 'version'> & Partial<Pick<Deployment, 'cluster'>>;

/** What is likely to go wrong with a deployment, though nothing forbids it. */
export class WarningService {
  constructor(
    private readonly apps: AppService,
    private readonly clusterLabels: ClusterLabelService,
    private readonly registry: Images['registry'],
  ) {}

  async of(
    ctx: RequestContext,
    { appName, version, cluster }: Wanted,
    deployment: Pick<Deployment, 'businessId' | 'cluster'> | null,
  ): Promise<string[]> {
    const businessId = deployment?.businessId ?? ownBusinessOf(ctx);
    const label = deployment?.cluster ?? cluster ?? '';
    const app = await this.apps.findVersion(ctx.em, businessId, appName, version);
    const chosen = await this.clusterLabels.chosenBy(ctx.reader, label);
    const image = app?.image ?? '';
    const isMissing = image !== '' && (await this.registry.tagStateOf(ctx, image)) === 'MISSING';
    return [
      ...(isMissing ? [`there is no image ${image}`] : []),
      ...(chosen.length === 0 ? ['no cluster is chosen yet'] : []),
    ];
  }
}
