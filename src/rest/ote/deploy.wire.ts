import { z } from 'zod';
import {
  type Deployment,
  type DeploymentAudit,
  DeploymentAuditStatus,
  DeploymentStatus,
  DeploymentType,
} from '../../domains/deployments/index.js';
import { fieldsOf, toSeconds } from './common.wire.js';

/** ote 002, Deployment Management 4: the documented numbers. */
const STATUSES = Object.values(DeploymentStatus);
const TYPES = Object.values(DeploymentType);
const AUDIT_STATUSES = Object.values(DeploymentAuditStatus);

const typeNumber = (type: DeploymentType): number => TYPES.indexOf(type) + 1;

const TypeNumber = z.int().meta({ description: '1: new deployment 2: upgrade 3: rollback 4: deletion' });
const Seconds = z.int().meta({ description: 'Seconds since 1970' });

const FIELDS = {
  id: z.int(),
  deployName: z.string(),
  appName: z.string(),
  version: z.string(),
  cluster: z.string().meta({ description: 'Label of the clusters; empty or `all` for every one' }),
  nodeLabel: z.string().meta({ description: 'Label of the nodes; empty or `all` for every one' }),
  deployType: TypeNumber,
  status: z.int().meta({
    description:
      '0: pending 1: approved 2: disapproved 3: processing 4: deploying 5: success 6: partial success 7: failed 8: internal error 9: deleted',
  }),
  errorMessage: z.string().meta({
    description: 'JSON text with the numbers of pods: {"running":n,"error":n,"total":n}',
    example: '{"running":10,"error":3,"total":13}',
  }),
  comment: z.string(),
  editable: z.boolean().meta({ description: 'Whether it can be upgraded or rolled back now' }),
  createTime: Seconds,
  updateTime: Seconds,
  auditComment: z.string().meta({ description: 'Comment of the latest audit' }),
};

/** In the order of the list's example, then the rest of its table. */
export const DeploymentRow = z.object(FIELDS);

const { id, deployName, appName, version, cluster, nodeLabel, ...others } = FIELDS;

/** In the order of the example of a single one; `historyVersion` only where it is asked for. */
export const DeploymentWire = z.object({
  id,
  deployName,
  appName,
  version,
  cluster,
  nodeLabel,
  status: others.status,
  comment: others.comment,
  errorMessage: others.errorMessage,
  deployType: others.deployType,
  createTime: others.createTime,
  updateTime: others.updateTime,
  editable: others.editable,
  auditComment: others.auditComment,
  historyVersion: z
    .array(z.string())
    .meta({ description: 'Every version that was deployed, the earliest first' }),
});

type Field = keyof typeof DeploymentRow.shape;
const NAMES = Object.keys(FIELDS) as Field[];
const HISTORY = 'historyVersion';

export const RowFields = fieldsOf('id,status', NAMES);
export const WireFields = fieldsOf<Field | typeof HISTORY>('id,status', [...NAMES, HISTORY], NAMES);

/** What is wanted of a deployment; of versions there are some only where they are wanted. */
export function toDeploymentWire(
  deployment: Deployment,
  fields: readonly string[],
  versions: readonly string[] = [],
) {
  const { running, error, total, deployType, status, createdAt, updatedAt } = deployment;
  const whole: Record<string, unknown> = {
    id: deployment.id,
    deployName: deployment.deployName,
    appName: deployment.appName,
    version: deployment.version,
    cluster: deployment.cluster,
    nodeLabel: deployment.nodeLabel,
    deployType: typeNumber(deployType),
    status: STATUSES.indexOf(status),
    errorMessage: JSON.stringify({ running, error, total }),
    comment: deployment.comment,
    editable: deployment.editable,
    createTime: toSeconds(createdAt),
    updateTime: toSeconds(updatedAt),
    auditComment: deployment.auditComment,
    historyVersion: versions,
  };
  return Object.fromEntries(fields.map((field) => [field, whole[field]]));
}

/** What the example of the list of audits shows, in that order, with `deployId` of its table. */
export const DeploymentAuditWire = z.object({
  id: z.int().meta({ description: 'The change, by which it is audited' }),
  businessName: z.string(),
  appName,
  version,
  cluster,
  deployId: z.int().meta({ description: 'The deployment' }),
  deployType: TypeNumber,
  status: z.int().meta({ description: '0: pending 1: approved 2: disapproved' }),
  comment: z.string().meta({ description: 'Comment of the audit' }),
  createTime: Seconds,
  updateTime: Seconds,
});

export function toAuditWire(audit: DeploymentAudit): z.infer<typeof DeploymentAuditWire> {
  return {
    id: audit.id,
    businessName: audit.businessName,
    appName: audit.appName,
    version: audit.version,
    cluster: audit.cluster,
    deployId: audit.deploymentId,
    deployType: typeNumber(audit.deployType),
    status: AUDIT_STATUSES.indexOf(audit.status),
    comment: audit.auditComment,
    createTime: toSeconds(audit.createdAt),
    updateTime: toSeconds(audit.auditedAt ?? audit.createdAt),
  };
}

/** By the documented number, which also leaves a change as it is. */
export const DECISIONS = [
  DeploymentAuditStatus.PENDING,
  DeploymentAuditStatus.APPROVED,
  DeploymentAuditStatus.DISAPPROVED,
] as const;
