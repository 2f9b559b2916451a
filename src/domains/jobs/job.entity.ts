import { Entity, Formula, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { TIME } from '../../database/entity.js';
import { JOBS_SCHEMA } from '../../database/options.js';

export enum JobState {
  CREATED = 'created',
  RETRY = 'retry',
  ACTIVE = 'active',
  COMPLETED = 'completed',
  CANCELLED = 'cancelled',
  FAILED = 'failed',
}

registerEnumType(JobState, {
  name: 'JobState',
  description: 'Where a job stands',
  valuesConfig: {
    CREATED: { description: 'Waits for its first attempt' },
    RETRY: { description: 'Has failed and waits for its next attempt' },
    ACTIVE: { description: 'Is being done' },
    COMPLETED: { description: 'Is done' },
    CANCELLED: { description: 'Was given up before its end' },
    FAILED: { description: 'Has failed and is not tried again' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Work in the background that is retried until it is done' })
@Entity({ tableName: 'job', schema: JOBS_SCHEMA })
export class Job {
  @Field(() => ID, { description: 'Key of the job' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'What it does, such as node-labels' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'For what, such as the key of a cluster' })
  @Property({ type: 'text', fieldName: 'singleton_key', nullable: true })
  subject!: string | null;

  @Field(() => JobState, { description: 'Where it stands' })
  @Formula<Job>((_, { alias }) => `${alias}."state"::text`, { type: 'text' })
  state!: JobState;

  @Field(() => Int, { description: 'How often it was begun' })
  @Formula<Job>(
    ({ startedAt }, { alias }) => `case when ${startedAt} is null then 0 else ${alias}."retry_count" + 1 end`,
    { type: 'integer' },
  )
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Why its last attempt failed' })
  @Formula<Job>(
    (_, { alias }) => `coalesce(${alias}."output" ->> 'message', ${alias}."output" -> 'value' ->> 'message')`,
    { type: 'text', nullable: true },
  )
  lastError!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was asked for' })
  // Cut to what a cursor holds.
  @Formula<Job>((_, { alias }) => `date_trunc('milliseconds', ${alias}."created_on")`, { ...TIME })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its last attempt began' })
  @Property({ ...TIME, fieldName: 'started_on', nullable: true })
  startedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended' })
  @Property({ ...TIME, fieldName: 'completed_on', nullable: true })
  finishedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'Before this it is not begun' })
  @Property({ ...TIME, fieldName: 'start_after' })
  notBefore!: Date;
}
