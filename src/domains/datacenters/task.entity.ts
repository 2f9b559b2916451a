import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { TIME } from '../../database/entity.js';
import { DataCenter } from './dataCenter.entity.js';

export enum TaskKind {
  STATIC = 'STATIC',
  DYNAMIC = 'DYNAMIC',
}

registerEnumType(TaskKind, {
  name: 'TaskKind',
  description: 'What a task reads',
  valuesConfig: {
    STATIC: {
      description: 'What rarely changes: tenants, hosts, aggregates, flavors, networks, volume types, images',
    },
    DYNAMIC: { description: 'What often does: tenants, hosts, stacks, servers, volumes, quotas' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What reads the cloud of a data center every so often' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'data_center_tasks' })
@Index({ properties: ['dataCenterId', 'id'] })
@Index({ properties: ['nextRunAt'] })
export class Task {
  @Field(() => ID, { description: 'Key of the task' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @ManyToOne(() => DataCenter, {
    deleteRule: 'cascade',
    foreignKeyName: 'data_center_tasks_data_center_id_fkey',
  })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @Field(() => TaskKind, { description: 'What it reads' })
  @Enum({ items: () => TaskKind, type: 'text' })
  kind!: TaskKind;

  @Field(() => Int, { description: 'Seconds from the start of a run to that of the next' })
  @Property({ type: 'integer' })
  interval!: number;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When it is due; null while it is paused',
  })
  @Property({ ...TIME, nullable: true })
  nextRunAt!: Date | null;

  /** Since when it shall run once more, whatever else is due, even if it is paused. */
  @Property({ ...TIME, nullable: true, hidden: true })
  askedAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When its last run began; null before the first',
  })
  @Property({ ...TIME, nullable: true })
  startedAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When its last run ended; null before that, and while one is under way',
  })
  @Property({ ...TIME, nullable: true })
  endedAt!: Date | null;
}
