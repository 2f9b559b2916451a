import type { EntityManager } from '@mikro-orm/postgresql';
import type { Apps } from '../apps/index.js';
import type { Deployment } from './deployment.entity.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';

/** The charts that changes keep, so that a deployment can go back to them. */
export class DeployedChartService {
  constructor(private readonly files: Apps['chartFiles']) {}

  /** Of a deployment that is gone from every cluster. */
  async release(em: EntityManager, deployment: Deployment): Promise<void> {
    const held = await em.find(
      DeploymentAudit,
      { deployment, chartDigest: { $ne: null } },
      { fields: ['chartDigest'], disableIdentityMap: true },
    );
    if (held.length === 0) return;
    await em.nativeUpdate(DeploymentAudit, { deployment }, { chartDigest: null });
    await this.files.release(
      em,
      held.map(({ chartDigest }) => chartDigest),
    );
  }
}
