import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { TIME } from '../../database/entity.js';
import { TaskKind } from './task.entity.js';

export enum TaskRunStatus {
  RUNNING = 'RUNNING',
  SUCCESS = 'SUCCESS',
  FAILED = 'FAILED',
}

registerEnumType(TaskRunStatus, {
  name: 'TaskRunStatus',
  description: 'What became of a run',
  valuesConfig: {
    RUNNING: { description: 'It is under way' },
    SUCCESS: { description: 'The inventory is what it read' },
    FAILED: { description: 'The inventory is what it was' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'One reading of the cloud of a data center' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'task_runs' })
@Index({ properties: ['dataCenterId', 'startedAt', 'id'] })
@Index({ properties: ['endedAt'] })
export class TaskRun {
  @Field(() => ID, { description: 'Key of the run: 32 hex digits' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => ID, { description: 'Key of the data center, which may be gone' })
  @Property({ type: 'text' })
  dataCenterId!: string;

  @Field(() => String, { description: 'Name of the data center' })
  @Property({ type: 'text' })
  dataCenterName!: string;

  @Field(() => TaskKind, { description: 'What it read' })
  @Enum({ items: () => TaskKind, type: 'text' })
  kind!: TaskKind;

  @Field(() => TaskRunStatus, { description: 'What became of it' })
  @Enum({ items: () => TaskRunStatus, type: 'text' })
  status!: TaskRunStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Why it failed: what was being read, and what went wrong; null unless it did',
  })
  @Property({ type: 'text', nullable: true })
  errorInfo!: string | null;

  @Field(() => [String], {
    description:
      'Services that the cloud does not have, whose kinds are empty: Placement, Cinder, Neutron, Glance, Heat',
  })
  @Property({ type: 'json', default: '[]' })
  missing: Opt<string[]> = [];

  @Field(() => GraphQLDateTime, { description: 'When it began' })
  @Property({ ...TIME })
  startedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended; null while it is under way' })
  @Property({ ...TIME, nullable: true })
  endedAt!: Date | null;
}
