import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { BaseEntity, TIME } from '../../database/entity.js';
import type { DeployedSpec } from './deployedSpec.js';
import { Deployment } from './deployment.entity.js';
import { DeploymentAuditStatus, DeploymentStatus, DeploymentType } from './deployment.states.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A change of a deployment, as it was asked for, and its audit',
})
@Entity({ tableName: 'deployment_audits' })
@Index({ properties: ['deployment', 'id'] })
@Index({ properties: ['businessId', 'id'] })
@Index({ properties: ['status', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['chartDigest'] })
export class DeploymentAudit extends BaseEntity {
  @Field(() => ID, { description: 'Key of the change' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @ManyToOne(() => Deployment, {
    deleteRule: 'cascade',
    foreignKeyName: 'deployment_audits_deployment_id_fkey',
  })
  deployment!: Deployment;

  @Field(() => ID, { description: 'Key of the deployment' })
  @Property({ type: 'integer', fieldName: 'deployment_id', persist: false })
  deploymentId!: number;

  @Property({ type: 'integer' })
  businessId!: number;

  @Field(() => String, { description: 'Name of the business' })
  @Property({ type: 'text' })
  businessName!: string;

  @Field(() => DeploymentType, { description: 'What it does' })
  @Enum({ items: () => DeploymentType, type: 'text' })
  deployType!: DeploymentType;

  @Field(() => String, { description: 'Name of the application' })
  @Property({ type: 'text' })
  appName!: string;

  @Field(() => String, {
    description: 'Version of the application that runs after it, or did before a deletion',
  })
  @Property({ type: 'text' })
  version!: string;

  @Field(() => String, { description: 'Label of the clusters; empty or `all` for every one' })
  @Property({ type: 'text' })
  cluster!: string;

  /** What runs after it, so that it can run again when the application is gone; null of a deletion. */
  @Property({ type: 'json', nullable: true, hidden: true })
  spec!: DeployedSpec | null;

  /** The application that the spec is of, which may be gone. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  appId!: number | null;

  /** Under which the content of the chart is kept that says what runs; null without one. */
  @Property({ type: 'text', nullable: true, hidden: true })
  chartDigest!: string | null;

  @Field(() => String, { description: 'Comment of who asked for it' })
  @Property({ type: 'text' })
  comment!: string;

  @Field(() => String, { nullable: true, description: 'Who asked for it; null for an automatic rollback' })
  @Property({ type: 'text', nullable: true })
  requestedBy!: string | null;

  @Field(() => DeploymentAuditStatus, { description: 'Where its audit stands' })
  @Enum({ items: () => DeploymentAuditStatus, type: 'text' })
  status!: DeploymentAuditStatus;

  @Field(() => String, { nullable: true, description: 'Who audited it; null when nobody had to' })
  @Property({ type: 'text', nullable: true })
  auditedBy!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was approved or turned down' })
  @Property({ ...TIME, nullable: true })
  auditedAt!: Date | null;

  @Field(() => String, { description: 'Comment of the audit' })
  @Property({ type: 'text', default: '' })
  auditComment: Opt<string> = '';

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its rollout began' })
  @Property({ ...TIME, nullable: true })
  begunAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When it had first been tried in every cluster that answered',
  })
  @Property({ ...TIME, nullable: true })
  settledAt!: Date | null;

  @Field(() => DeploymentStatus, { nullable: true, description: 'What had come of it then' })
  @Enum({ items: () => DeploymentStatus, type: 'text', nullable: true })
  outcome!: DeploymentStatus | null;
}
