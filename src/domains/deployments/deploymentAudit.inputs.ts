import { Field, ObjectType } from 'type-graphql';
import { DateTimeFilter, IdFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { Deployment } from './deployment.entity.js';
import { DeploymentAuditStatus } from './deployment.states.js';
import { DeploymentTypeFilter } from './deployment.inputs.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';

@ObjectType({ simpleResolvers: true, description: 'The change as it is now, and its deployment' })
export class DeploymentAuditPayload {
  @Field(() => DeploymentAudit, { description: 'The change' })
  audit!: DeploymentAudit;

  @Field(() => Deployment, { description: 'The deployment' })
  deployment!: Deployment;
}

export const DeploymentAuditList = listOf(DeploymentAudit, {
  items: 'changes of deployments',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    deploymentId: { by: 'key of the deployment', filter: IdFilter },
    businessName: { by: 'name of the business', filter: StringFilter, order: true },
    appName: { by: 'name of the application', filter: StringFilter },
    version: { by: 'version of the application', filter: StringFilter },
    deployType: { by: 'what it does', filter: DeploymentTypeFilter },
    status: {
      by: 'where its audit stands',
      filter: enumFilter(DeploymentAuditStatus, 'DeploymentAuditStatus'),
    },
    requestedBy: { by: 'who asked for it', filter: StringFilter },
    createdAt: { by: 'when it was asked for', filter: DateTimeFilter, order: true },
    auditedAt: { by: 'when it was approved or turned down', filter: DateTimeFilter },
  },
});
export type DeploymentAuditArgs = ArgsOf<typeof DeploymentAuditList>;
