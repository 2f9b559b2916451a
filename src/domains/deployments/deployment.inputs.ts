import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import {
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  IntFilter,
  StringFilter,
  enumFilter,
} from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { storableText, text } from '../../kernel/validation.js';
import { APP_FIELDS } from '../apps/index.js';
import { Deployment } from './deployment.entity.js';
import { DeploymentAuditStatus, DeploymentStatus, DeploymentType, DriftMode } from './deployment.states.js';
import { DeploymentPreview } from './deploymentPreview.js';

const MAX_COMMENT = 4096;
const MAX_BATCH = 10_000;
/** Seconds: a day. */
const MAX_PAUSE = 86_400;

const label = (description: string) =>
  storableText()
    .refine((name) => /^[A-Za-z0-9-]{0,63}$/.test(name), 'must have at most 63 letters, digits and -')
    .meta({ description, example: 'gpu' });

/** As a label of nodes is made, in Kubernetes too. */
const nodeLabel = (description: string) =>
  label(description).refine(
    (name) => name === '' || /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name),
    'must begin and end with a letter or digit, as in Kubernetes',
  );

export const COMMENT = text(0, MAX_COMMENT).meta({ description: 'Comment', example: '' });

/** As every door accepts them (ote 002, Deployment Management 1). */
export const DEPLOYMENT_FIELDS = {
  deployName: APP_FIELDS.appName.meta({
    description:
      'Name: 1 to 63 lower-case letters, digits and -, a letter or digit at both ends; unique among those of the business that live',
    example: 'nginx1',
  }),
  appName: APP_FIELDS.appName.meta({ description: 'The application', example: 'nginx1' }),
  version: APP_FIELDS.version.meta({ description: 'Version of the application', example: '1.1.1.1' }),
  cluster: label('Label of the clusters; empty or `all` for every one').default(''),
  nodeLabel: nodeLabel('Label of the nodes; empty or `all` for every one').default(''),
  comment: COMMENT.default(''),
};

const STRATEGY_FIELDS = {
  batchSize: z
    .int()
    .min(0)
    .max(MAX_BATCH)
    .default(0)
    .meta({ description: 'Clusters that are changed at once, after a first one alone; 0 for all at once' }),
  maxFailures: z
    .int()
    .min(0)
    .max(MAX_BATCH)
    .default(0)
    .meta({ description: 'Clusters that may fail before it stops' }),
  pause: z.number().min(0).max(MAX_PAUSE).default(0).meta({ description: 'Seconds between two batches' }),
};

const Strategy = z.object(STRATEGY_FIELDS);
const DeploymentStrategyInput = inputOf(
  'DeploymentStrategyInput',
  'How changes are rolled out over the clusters',
  Strategy,
);

const DRY_RUN = z.boolean().default(false).meta({
  description: 'Changes nothing and answers what would change in each cluster, which these tell',
});

export const NewDeployment = z.object({
  ...DEPLOYMENT_FIELDS,
  strategy: Strategy.prefault({}).meta({
    description: 'How it is rolled out; all clusters at once without it',
  }),
  rollbackOnFailure: z.boolean().default(false).meta({
    description: 'Whether an upgrade that fails in more clusters than the strategy bears is taken back',
  }),
  drift: z
    .enum(DriftMode)
    .default(DriftMode.CORRECT)
    .meta({ description: 'What happens when somebody has changed its objects in a cluster' }),
});
export type NewDeployment = z.output<typeof NewDeployment>;

export const CreateDeploymentInput = inputOf(
  'CreateDeploymentInput',
  'A deployment to make',
  z.object({
    ...NewDeployment.shape,
    cluster: label('Label of the clusters; every one when left out, empty or `all`').optional(),
    nodeLabel: nodeLabel('Label of the nodes; every one when left out, empty or `all`').optional(),
    comment: COMMENT.optional(),
    strategy: Strategy.optional().meta({
      description: 'How it is rolled out; all clusters at once when left out',
    }),
    drift: z.enum(DriftMode).optional().meta({
      description: 'What happens when somebody has changed its objects in a cluster; CORRECT when left out',
    }),
    dryRun: DRY_RUN,
  }),
  { strategy: DeploymentStrategyInput, drift: DriftMode },
);
export type CreateDeploymentInput = InstanceType<typeof CreateDeploymentInput>;

/** Another version of the same application. */
export const VersionChange = z.object({ version: DEPLOYMENT_FIELDS.version, comment: COMMENT.default('') });
export type VersionChange = z.output<typeof VersionChange>;

const VERSION_CHANGE = {
  id: key('The deployment'),
  version: DEPLOYMENT_FIELDS.version,
  comment: COMMENT.optional(),
};

export const UpgradeDeploymentInput = inputOf(
  'UpgradeDeploymentInput',
  'Another version of the application of a deployment',
  z.object({ ...VERSION_CHANGE, dryRun: DRY_RUN }),
);
export type UpgradeDeploymentInput = InstanceType<typeof UpgradeDeploymentInput>;

export const RollbackDeploymentInput = inputOf(
  'RollbackDeploymentInput',
  'A version that ran before',
  z.object(VERSION_CHANGE),
);
export type RollbackDeploymentInput = InstanceType<typeof RollbackDeploymentInput>;

export const DeleteDeploymentInput = inputOf(
  'DeleteDeploymentInput',
  'A deployment to remove from every cluster',
  z.object({ id: key('The deployment'), comment: COMMENT.optional() }),
);
export type DeleteDeploymentInput = InstanceType<typeof DeleteDeploymentInput>;

export const Decision = z.object({
  status: z
    .enum(
      [DeploymentAuditStatus.APPROVED, DeploymentAuditStatus.DISAPPROVED],
      'must be APPROVED or DISAPPROVED',
    )
    .meta({ description: 'APPROVED or DISAPPROVED' }),
  comment: COMMENT.optional(),
});

export const AuditDeploymentInput = inputOf(
  'AuditDeploymentInput',
  'The outcome of the audit of a change of a deployment',
  z.object({ id: key('The change: an entry of deploymentAudits'), ...Decision.shape }),
  { status: DeploymentAuditStatus },
);
export type AuditDeploymentInput = InstanceType<typeof AuditDeploymentInput>;

/** What is null in the graph is left out. */
export function givenOf<T extends object>(input: T): { [K in keyof T]: NonNullable<T[K]> } {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as { [K in keyof T]: NonNullable<T[K]> };
}

@ObjectType({ simpleResolvers: true, description: 'The deployment as it is now, or what it would be' })
export class DeploymentPayload {
  @Field(() => Deployment, { nullable: true, description: 'The deployment; null of a new one with dryRun' })
  deployment!: Deployment | null;

  @Field(() => [String], { description: 'What is likely to go wrong, such as an image that is missing' })
  warnings!: string[];

  @Field(() => [DeploymentPreview], {
    nullable: true,
    description: 'What would change in each cluster; with dryRun alone',
  })
  preview!: DeploymentPreview[] | null;
}

export const DeploymentTypeFilter = enumFilter(DeploymentType, 'DeploymentType');

export const DeploymentList = listOf(Deployment, {
  items: 'deployments',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    deployName: { by: 'name', filter: StringFilter, order: true },
    appName: { by: 'name of the application', filter: StringFilter, order: true },
    version: { by: 'version of the application', filter: StringFilter },
    cluster: { by: 'label of the clusters', filter: StringFilter },
    nodeLabel: { by: 'label of the nodes', filter: StringFilter },
    deployType: { by: 'what its latest change does', filter: DeploymentTypeFilter },
    status: { by: 'where it stands', filter: enumFilter(DeploymentStatus, 'DeploymentStatus'), order: true },
    editable: { by: 'whether it can be changed now', filter: BooleanFilter },
    running: { by: 'pods that run', filter: IntFilter, order: true },
    error: { by: 'pods that have failed', filter: IntFilter, order: true },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type DeploymentArgs = ArgsOf<typeof DeploymentList>;
