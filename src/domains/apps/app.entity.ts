import type { Opt } from '@mikro-orm/core';
import {
  Entity,
  Enum,
  Formula,
  Index,
  ManyToOne,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';
import { ChartFile } from './chartFile.entity.js';
import { AppDependence, AppPort, AppVariable, AppVolume, Chart } from './app.parts.js';

export enum DeployType {
  DEPLOYMENT = 'deployment',
  DAEMONSET = 'daemonset',
}

registerEnumType(DeployType, {
  name: 'DeployType',
  description: 'How an application is deployed',
  valuesConfig: {
    DEPLOYMENT: { description: 'As many pods as are wanted, anywhere' },
    DAEMONSET: { description: 'One pod on each node' },
  },
});

export enum AppStatus {
  USABLE = 'USABLE',
}

registerEnumType(AppStatus, {
  name: 'AppStatus',
  description: 'Where an application stands',
  valuesConfig: { USABLE: { description: 'It can be deployed' } },
});

@ObjectType({
  simpleResolvers: true,
  description: 'An application of a business in one version: what runs when it is deployed',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'apps' })
@Unique({ properties: ['businessId', 'name', 'version'] })
@Index({ properties: ['businessId', 'id'] })
@Index({ properties: ['name', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['chartFile'] })
export class App extends BaseEntity {
  @Field(() => ID, { description: 'Key of the application in this version' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'integer' })
  businessId!: number;

  @Field(() => String, { description: 'Name, which all versions of the application have' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'Version: 2 to 4 numbers, such as 1.1' })
  @Property({ type: 'text' })
  version!: string;

  @Field(() => DeployType, { description: 'How it is deployed' })
  @Enum({ items: () => DeployType, type: 'text' })
  deployType!: DeployType;

  @Field(() => String, { description: 'Image with its tag; empty where a chart says what runs' })
  @Property({ type: 'text' })
  image!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The external repository whose account pulls the image; null for none',
  })
  @Property({ type: 'text', nullable: true })
  repositoryId!: string | null;

  @Field(() => String, { description: "Start command line; empty for the image's own" })
  @Property({ type: 'text' })
  command!: string;

  @Field(() => [AppPort], { description: 'Ports on which it listens' })
  @Property({ type: 'json' })
  ports!: AppPort[];

  @Field(() => [AppVolume], { description: 'Paths of nodes that it sees' })
  @Property({ type: 'json' })
  volumes!: AppVolume[];

  @Field(() => [AppVariable], { description: 'Its environment' })
  @Property({ type: 'json' })
  env!: AppVariable[];

  @Field(() => [AppDependence], { description: 'What it needs of others, as its maker noted' })
  @Property({ type: 'json' })
  dependence!: AppDependence[];

  @Field(() => Int, { description: 'Pods of a deployment' })
  @Property({ type: 'integer' })
  replicas!: number;

  @Field(() => Int, { description: 'Least pods of a deployment' })
  @Property({ type: 'integer' })
  minReplicas!: number;

  @Field(() => Int, { description: 'Most pods of a deployment' })
  @Property({ type: 'integer' })
  maxReplicas!: number;

  @Field(() => Int, { description: 'CPU that each pod is sure of, in percent of a core' })
  @Property({ type: 'integer', fieldName: 'min_cpu' })
  minCPU!: number;

  @Field(() => Int, { description: 'Most CPU of each pod, in percent of a core' })
  @Property({ type: 'integer', fieldName: 'max_cpu' })
  maxCPU!: number;

  @Field(() => Int, { description: 'Memory that each pod is sure of, in MB of 1,048,576 bytes' })
  @Property({ type: 'integer' })
  minMemory!: number;

  @Field(() => Int, { description: 'Most memory of each pod, in MB of 1,048,576 bytes' })
  @Property({ type: 'integer' })
  maxMemory!: number;

  @Field(() => Int, { description: 'GPUs of each pod' })
  @Property({ type: 'integer' })
  gpu!: number;

  @Field(() => Boolean, {
    description: 'Whether the number of pods follows their load, from minReplicas to maxReplicas',
  })
  @Property({ type: 'boolean', fieldName: 'is_hpa' })
  isHPA!: boolean;

  @Field(() => Int, { description: 'Use of CPU, in percent of minCPU, that isHPA aims at' })
  @Property({ type: 'integer', fieldName: 'target_cpu_utilization' })
  targetCPUUtilization!: number;

  @Field(() => Int, { description: 'Use of memory, in percent of minMemory, that isHPA aims at' })
  @Property({ type: 'integer', fieldName: 'target_mem_utilization' })
  targetMemUtilization!: number;

  @Field(() => Int, { description: 'Most pods that may be missing while it is updated' })
  @Property({ type: 'integer' })
  maxUnavailable!: number;

  @Field(() => Int, { description: 'Most pods that there may be beyond those wanted while it is updated' })
  @Property({ type: 'integer' })
  maxSurge!: number;

  @Field(() => Int, {
    description: 'Seconds for which a new pod must be ready before it counts as available',
  })
  @Property({ type: 'integer' })
  minReadySeconds!: number;

  @Field(() => Chart, { nullable: true, description: 'The Helm chart that says what runs; null without one' })
  @Property({ type: 'json', nullable: true })
  chart!: Chart | null;

  @ManyToOne(() => ChartFile, {
    fieldName: 'chart_digest',
    nullable: true,
    hidden: true,
    updateRule: 'no action',
    deleteRule: 'no action',
    foreignKeyName: 'apps_chart_digest_fkey',
  })
  chartFile!: ChartFile | null;

  /** Under which the content of its chart is kept. */
  @Property({ type: 'text', fieldName: 'chart_digest', nullable: true, persist: false, hidden: true })
  chartDigest!: Opt<string | null>;

  @Field(() => Boolean, { description: 'Whether a Helm chart says what runs' })
  @Formula<App>(({ chart }) => `(${chart} is not null)`, { type: 'boolean' })
  hasChart!: Opt<boolean>;
}
