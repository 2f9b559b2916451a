import { Field, InputType, registerEnumType } from 'type-graphql';
import { type EnumFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { connectionOf, orderOf } from '../../kernel/pages.js';
import { Job, JobState } from './job.entity.js';

const JobStateFilter = enumFilter(JobState, 'JobState');

@InputType({ description: 'Which jobs; all conditions must hold' })
export class JobFilter {
  @Field(() => StringFilter, { nullable: true, description: 'By what they do' })
  name?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By for what' })
  subject?: StringFilter;

  @Field(() => JobStateFilter, { nullable: true, description: 'By where they stand' })
  state?: EnumFilter<JobState>;

  @Field(() => [JobFilter], { nullable: true, description: 'All of these' })
  and?: JobFilter[];

  @Field(() => [JobFilter], { nullable: true, description: 'At least one of these' })
  or?: JobFilter[];

  @Field(() => JobFilter, { nullable: true, description: 'Not this' })
  not?: JobFilter;
}

export enum JobOrderField {
  CREATED_AT = 'createdAt',
  NAME = 'name',
}

registerEnumType(JobOrderField, {
  name: 'JobOrderField',
  description: 'What a list of jobs can be ordered by',
  valuesConfig: {
    CREATED_AT: { description: 'When it was asked for' },
    NAME: { description: 'What it does' },
  },
});

export const JobConnection = connectionOf(Job, 'Job');

export const JobOrder = orderOf(JobOrderField, 'Job');
