import { DateTimeType, type Opt } from '@mikro-orm/core';
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { databaseNow } from '../../database/clock.js';

/** What an object was, secrets left out. */
export type Snapshot = Record<string, unknown>;

/** An object at one moment, as the trail shows it. */
export interface Audited {
  type: string;
  id: string | number;
  /** The tenant of the object; null for none. */
  businessId: number | null;
  values: Snapshot;
  /** As it is sealed; the trail shows no more of it than that another was given. */
  secret?: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A change: who did what to which object, when, from where',
})
@Entity({ tableName: 'audit_events' })
@Index({ properties: ['businessId', 'id'] })
@Index({ properties: ['objectType', 'objectId'] })
export class AuditEvent {
  @Field(() => ID, { description: 'Key of the event; later ones are greater' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Field(() => GraphQLDateTime, { description: 'When' })
  @Property({ type: DateTimeType, length: 3, onCreate: () => databaseNow() })
  createdAt!: Opt<Date>;

  @Field(() => ID, { nullable: true, description: 'Who; null for a caller without a token' })
  @Property({ type: 'integer', nullable: true })
  actorId: number | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The name that the actor had; null for a caller without a token',
  })
  @Property({ type: 'text', nullable: true })
  actorName: string | null = null;

  @Field(() => String, { description: 'From which network address' })
  @Property({ type: 'text' })
  address!: string;

  @Field(() => String, { description: 'The request, as in the log' })
  @Property({ type: 'text' })
  requestId!: string;

  @Field(() => String, { description: 'What was done, such as user.create' })
  @Property({ type: 'text' })
  action!: string;

  @Field(() => String, { description: 'Type of the object' })
  @Property({ type: 'text' })
  objectType!: string;

  @Field(() => ID, { description: 'Key of the object' })
  @Property({ type: 'text' })
  objectId!: string;

  /** The tenant whose administrators see the event; null for system administrators alone. */
  @Property({ type: 'integer', nullable: true })
  businessId: number | null = null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What changed, as it was before, secrets left out; null when the object is new',
  })
  @Property({ type: 'json', nullable: true })
  before: Snapshot | null = null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'What changed, as it was after, without secrets (`secretReplaced` where another was given); null when the object is gone',
  })
  @Property({ type: 'json', nullable: true })
  after: Snapshot | null = null;
}
