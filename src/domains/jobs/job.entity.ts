import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

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
export class Job {
  @Field(() => ID, { description: 'Key of the job' })
  id!: string;

  @Field(() => String, { description: 'What it does, such as node-labels' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'For what, such as the key of a cluster' })
  subject!: string | null;

  @Field(() => JobState, { description: 'Where it stands' })
  state!: JobState;

  @Field(() => Int, { description: 'How often it was begun' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Why its last attempt failed' })
  lastError!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was asked for' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its last attempt began' })
  startedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended' })
  finishedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'Before this it is not begun' })
  notBefore!: Date;
}
