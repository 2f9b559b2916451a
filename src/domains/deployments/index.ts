export type { Deployment } from './deployment.entity.js';
export { COMMENT, DEPLOYMENT_FIELDS, NewDeployment, VersionChange } from './deployment.inputs.js';
export { DeploymentAuditStatus, DeploymentStatus, DeploymentType } from './deployment.states.js';
export type { DeploymentAudit } from './deploymentAudit.entity.js';
export { type Deployments, createDeployments, deployments } from './deployments.module.js';
export type { LogLimits } from './logRoom.js';
export type { RolloutPace } from './rollout/progress.js';
