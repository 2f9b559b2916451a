import type { TableOf } from '../../database/columns.js';
import type { Deployment, DeploymentTarget } from './deployment.entity.js';
import type { DeploymentAudit } from './deploymentAudit.entity.js';

/** For `getKysely`. */
export interface DeploymentTables {
  deployments: TableOf<Deployment, { editable: never }>;
  deployment_audits: TableOf<DeploymentAudit>;
  deployment_targets: TableOf<DeploymentTarget>;
}
