import { Field, InputType, registerEnumType } from 'type-graphql';
import { DateTimeFilter, IdFilter, type RangeFilter, StringFilter } from '../../kernel/filters.js';
import { connectionOf, orderOf } from '../../kernel/pages.js';
import { AuditEvent } from './auditEvent.entity.js';

@InputType({ description: 'Which changes; all conditions must hold' })
export class AuditEventFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By who made it' })
  actorId?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the name of who made it' })
  actorName?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By what was done' })
  action?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the type of the object' })
  objectType?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the key of the object' })
  objectId?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the network address' })
  address?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By the request' })
  requestId?: StringFilter;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was made' })
  createdAt?: RangeFilter<Date>;

  @Field(() => [AuditEventFilter], { nullable: true, description: 'All of these' })
  and?: AuditEventFilter[];

  @Field(() => [AuditEventFilter], { nullable: true, description: 'At least one of these' })
  or?: AuditEventFilter[];

  @Field(() => AuditEventFilter, { nullable: true, description: 'Not this' })
  not?: AuditEventFilter;
}

export enum AuditEventOrderField {
  CREATED_AT = 'createdAt',
  ACTION = 'action',
  ID = 'id',
}

registerEnumType(AuditEventOrderField, {
  name: 'AuditEventOrderField',
  description: 'What the trail of changes can be ordered by',
  valuesConfig: {
    CREATED_AT: { description: 'When it was made' },
    ACTION: { description: 'What was done' },
    ID: { description: 'Key' },
  },
});

export const AuditEventOrder = orderOf(AuditEventOrderField, 'AuditEvent');
export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent');
