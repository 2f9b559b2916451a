import { Collection, type Opt } from '@mikro-orm/core';
import {
  Entity,
  Enum,
  Formula,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { BaseEntity, TIME } from '../../database/entity.js';
import {
  DeploymentProblem,
  DeploymentStatus,
  DeploymentTargetState,
  DeploymentType,
  DriftMode,
  RequestState,
} from './deployment.states.js';
import { WorkloadChange } from './objectChange.js';

@ObjectType({ simpleResolvers: true, description: 'How a change is rolled out over the clusters' })
export class DeploymentStrategy {
  @Field(() => Int, {
    description: 'Clusters that are changed at once, after a first one alone; 0 for all at once',
  })
  batchSize!: number;

  @Field(() => Int, { description: 'Clusters that may fail before it stops' })
  maxFailures!: number;

  @Field(() => Float, { description: 'Seconds between two batches' })
  pause!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An application in one version that runs in the clusters that it chooses',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'deployments' })
@Index({
  name: 'deployments_living_name',
  expression: `create unique index "deployments_living_name" on "deployments" ("business_id", "deploy_name") where "is_living"`,
})
@Index({ properties: ['businessId', 'id'] })
@Index({ properties: ['appId', 'id'] })
@Index({ properties: ['requestedAppId', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
@Index({ name: 'deployments_due_at_index', properties: ['dueAt'], where: '"due_at" is not null' })
export class Deployment extends BaseEntity {
  @Field(() => ID, { description: 'Key of the deployment' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'integer' })
  businessId!: number;

  @Field(() => String, { description: 'Name, unique among those of the business that live' })
  @Property({ type: 'text' })
  deployName!: string;

  @Field(() => String, { description: 'Name of the application' })
  @Property({ type: 'text' })
  appName!: string;

  @Field(() => String, { description: 'Version of the application that runs, or shall' })
  @Property({ type: 'text' })
  version!: string;

  @Field(() => String, { description: 'Label of the clusters that it chooses; empty or `all` for every one' })
  @Property({ type: 'text' })
  cluster!: string;

  @Field(() => String, { description: 'Label of the nodes that it chooses; empty or `all` for every one' })
  @Property({ type: 'text' })
  nodeLabel!: string;

  @Field(() => String, { description: 'Comment on its latest change' })
  @Property({ type: 'text' })
  comment!: string;

  @Field(() => DeploymentType, { description: 'What its latest change does' })
  @Enum({ items: () => DeploymentType, type: 'text' })
  deployType!: DeploymentType;

  @Field(() => DeploymentStatus, { description: 'Where its latest change stands' })
  @Enum({ items: () => DeploymentStatus, type: 'text' })
  status!: DeploymentStatus;

  @Field(() => Int, { description: 'Pods that run and are available, in all clusters' })
  @Property({ type: 'integer', default: 0 })
  running: Opt<number> = 0;

  @Field(() => Int, { description: 'Pods that have failed or cannot start, in all clusters' })
  @Property({ type: 'integer', default: 0 })
  error: Opt<number> = 0;

  @Field(() => Int, { description: 'Pods that shall run, in all clusters' })
  @Property({ type: 'integer', default: 0 })
  total: Opt<number> = 0;

  @Field(() => String, { description: 'Comment of the latest audit' })
  @Property({ type: 'text', default: '' })
  auditComment: Opt<string> = '';

  @Field(() => DeploymentStrategy, { description: 'How its changes are rolled out' })
  @Property({ type: 'json' })
  strategy!: DeploymentStrategy;

  @Field(() => DriftMode, { description: 'What happens when somebody has changed its objects in a cluster' })
  @Enum({ items: () => DriftMode, type: 'text' })
  drift!: DriftMode;

  @Field(() => Boolean, {
    description: 'Whether a change that fails in more clusters than the strategy bears is taken back',
  })
  @Property({ type: 'boolean' })
  rollbackOnFailure!: boolean;

  /** The application that runs, or shall; it cannot be deleted. Null when it is gone, after a rollback to it. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  appId!: number | null;

  /** The same of the change that waits. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  requestedAppId!: number | null;

  /** The change that runs, or shall: a key of `deployment_audits`. Null before the first has begun. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  changeId!: number | null;

  /** What that change does. */
  @Enum({ items: () => DeploymentType, type: 'text', nullable: true, hidden: true })
  changeType!: DeploymentType | null;

  /** Of the latest change, as long as it has not begun. */
  @Enum({ items: () => RequestState, type: 'text', nullable: true, hidden: true })
  request!: RequestState | null;

  /** What has come of the change that has begun. */
  @Enum({ items: () => DeploymentStatus, type: 'text', nullable: true, hidden: true })
  outcome!: DeploymentStatus | null;

  /** Whether the change failed too often for its strategy, so that no batch follows. */
  @Property({ type: 'boolean', default: false, hidden: true })
  isStopped: Opt<boolean> = false;

  /** Whether the change was tried in every cluster that answers. */
  @Property({ type: 'boolean', default: false, hidden: true })
  isSettled: Opt<boolean> = false;

  /** Whether it keeps its name from another one. */
  @Property({ type: 'boolean', default: true, hidden: true })
  isLiving: Opt<boolean> = true;

  /** Counts what was asked of it. */
  @Property({ type: 'integer', default: 1, hidden: true })
  revision: Opt<number> = 1;

  /** When the rollout goes on by itself. */
  @Property({ ...TIME, nullable: true, hidden: true })
  dueAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it can be upgraded or rolled back now' })
  @Formula<Deployment>(
    ({ isLiving, changeType, request }) =>
      `(${isLiving} and coalesce(${changeType}, 'DELETE') <> 'DELETE' and coalesce(${request}, '') not in ('PENDING', 'APPROVED'))`,
    { type: 'boolean' },
  )
  editable!: Opt<boolean>;

  @OneToMany(() => DeploymentTarget, (target) => target.deployment)
  targets = new Collection<DeploymentTarget>(this);
}

@ObjectType({ simpleResolvers: true, description: 'A deployment in one cluster' })
@Entity({ tableName: 'deployment_targets' })
@Unique({ properties: ['deployment', 'clusterId'] })
@Index({ properties: ['clusterId', 'id'] })
@Index({ properties: ['deployment', 'id'] })
@Index({ properties: ['dueAt'] })
@Index({ properties: ['holdsClusterId'] })
export class DeploymentTarget {
  @Field(() => ID, { description: 'Key of the target' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @ManyToOne(() => Deployment, {
    deleteRule: 'cascade',
    foreignKeyName: 'deployment_targets_deployment_id_fkey',
  })
  deployment!: Deployment;

  @Field(() => ID, { description: 'Key of the deployment' })
  @Property({ type: 'integer', fieldName: 'deployment_id', persist: false })
  deploymentId!: number;

  @Field(() => ID, { description: 'Key of the cluster' })
  @Property({ type: 'integer' })
  clusterId!: number;

  /** The cluster, which cannot be deleted; null when nothing shall be there any more. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  holdsClusterId!: number | null;

  @Field(() => DeploymentTargetState, { description: 'Where it stands' })
  @Enum({ items: () => DeploymentTargetState, type: 'text' })
  state!: DeploymentTargetState;

  @Field(() => Int, { description: 'In which batch of the rollout its turn is; the first is 0' })
  @Property({ type: 'integer' })
  batch!: number;

  /** The change that shall be there; null for nothing yet. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  wantedId!: number | null;

  /** The change that the cluster was told last. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  appliedId!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the cluster was told what shall run' })
  @Property({ ...TIME, nullable: true })
  appliedAt!: Date | null;

  @Field(() => Int, { description: 'Pods that run and are available' })
  @Property({ type: 'integer', default: 0 })
  running: Opt<number> = 0;

  @Field(() => Int, { description: 'Pods that have failed or cannot start' })
  @Property({ type: 'integer', default: 0 })
  error: Opt<number> = 0;

  @Field(() => Int, { description: 'Pods that shall run' })
  @Property({ type: 'integer', default: 0 })
  total: Opt<number> = 0;

  @Field(() => String, { description: 'Why it does not run; empty when it does' })
  @Property({ type: 'text', default: '' })
  message: Opt<string> = '';

  @Field(() => DeploymentProblem, { nullable: true, description: 'The same in one word; null when it does' })
  @Enum({ items: () => DeploymentProblem, type: 'text', nullable: true })
  problem!: DeploymentProblem | null;

  @Field(() => Int, { description: 'How often it was looked at or tried since it last changed' })
  @Property({ type: 'integer', default: 0 })
  attempts: Opt<number> = 0;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it is tried or looked at again' })
  @Property({ ...TIME, nullable: true })
  dueAt!: Date | null;

  @Field(() => [WorkloadChange], {
    nullable: true,
    description: 'What somebody had changed in the cluster, when that was last found; null for nothing',
  })
  @Property({ type: 'json', nullable: true })
  drift!: WorkloadChange[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When a change by somebody was last found' })
  @Property({ ...TIME, nullable: true })
  driftedAt!: Date | null;
}
