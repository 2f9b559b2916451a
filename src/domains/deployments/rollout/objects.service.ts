import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../kernel/errors.js';
import type { AppSpec, Apps } from '../../apps/index.js';
import { type KubernetesObject, type WorkloadOwner, isEveryone, namespaceOf } from '../../edge/index.js';
import type { Images } from '../../images/index.js';
import { CHART_GONE } from '../deployedSpec.js';
import type { Deployment } from '../deployment.entity.js';
import { chartOf, workloadOf } from '../manifests/index.js';

/** What runs, where. */
export interface Wanted {
  deployment: Pick<Deployment, 'id' | 'businessId' | 'deployName' | 'nodeLabel'>;
  spec: AppSpec;
  chartDigest: string | null;
}

export const ownerOf = ({ id, businessId }: Pick<Deployment, 'id' | 'businessId'>): WorkloadOwner => ({
  namespace: namespaceOf(businessId),
  deploymentId: id,
});

/** The objects of Kubernetes that a change is made of. */
export class ObjectsService {
  constructor(
    private readonly charts: Apps['chartFiles'],
    private readonly repositories: Images['externalRepositories'],
  ) {}

  /** CONFLICT when the chart is kept no more, or the external repository of the image is gone. */
  async of(em: EntityManager, { deployment, spec, chartDigest }: Wanted): Promise<KubernetesObject[]> {
    const { businessId, deployName, nodeLabel } = deployment;
    const { namespace, deploymentId } = ownerOf(deployment);
    const { repositoryId } = spec;
    const pullAccount =
      repositoryId === null ? null : await this.repositories.accountOf(em, businessId, repositoryId);
    if (repositoryId !== null && !pullAccount)
      throw new DomainError('CONFLICT', `the external repository ${JSON.stringify(repositoryId)} is gone`);
    const place = {
      deploymentId,
      deployName,
      namespace,
      nodeLabel: isEveryone(nodeLabel) ? null : nodeLabel,
      pullAccount,
    };
    if (!spec.hasChart) return workloadOf(spec, place);
    const content = chartDigest === null ? null : await this.charts.contentOf(em, chartDigest);
    if (!content) throw new DomainError('CONFLICT', CHART_GONE);
    return [chartOf(spec, place, content)];
  }
}
