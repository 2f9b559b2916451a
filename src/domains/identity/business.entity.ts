import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';

export enum BusinessStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  DISAPPROVED = 'DISAPPROVED',
  DELETED = 'DELETED',
}

registerEnumType(BusinessStatus, {
  name: 'BusinessStatus',
  description: 'Where a business stands',
  valuesConfig: {
    PENDING: { description: 'Waits for the audit of a system administrator' },
    APPROVED: { description: 'Works; its creator administers it' },
    DISAPPROVED: { description: 'Turned down; its creator may create another' },
    DELETED: { description: 'Gone' },
  },
});

/** Statuses in which a business keeps its name and its creator from another one. */
export const LIVING_BUSINESS = [BusinessStatus.PENDING, BusinessStatus.APPROVED];

@ObjectType({
  simpleResolvers: true,
  description: 'A tenant: what one business makes is invisible to every other',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'businesses' })
@Index({
  name: 'businesses_living_name',
  expression: `create unique index "businesses_living_name" on "businesses" ("name_key") where "status" in ('PENDING', 'APPROVED')`,
})
@Index({
  name: 'businesses_living_looks',
  expression: `create unique index "businesses_living_looks" on "businesses" ("name_looks") where "status" in ('PENDING', 'APPROVED')`,
})
@Index({
  name: 'businesses_living_creator',
  expression: `create unique index "businesses_living_creator" on "businesses" ("user_id") where "status" in ('PENDING', 'APPROVED')`,
})
export class Business extends BaseEntity {
  @Field(() => ID, { description: 'Key of the business; its namespace in every cluster is `ns` and this' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Field(() => String, { description: 'Name' })
  @Property({ type: 'text' })
  name!: string;

  /** The name in the form in which names are compared. */
  @Property({ type: 'text' })
  nameKey!: string;

  /** What the name looks like, which no other living one's does; null until a start has filled it in. */
  @Property({ type: 'text', nullable: true, hidden: true })
  nameLooks: string | null = null;

  @Field(() => String, { description: 'Introduction of the business' })
  @Property({ type: 'text' })
  introduce!: string;

  @Field(() => String, { description: 'Purpose for creating it' })
  @Property({ type: 'text' })
  objective!: string;

  @Field(() => String, { description: 'Scale of the resources that it expects to use' })
  @Property({ type: 'text' })
  scale!: string;

  @Field(() => String, { description: 'Comment of the audit' })
  @Property({ type: 'text', default: '' })
  comment: Opt<string> = '';

  @Field(() => BusinessStatus, { description: 'Where it stands' })
  @Enum({ items: () => BusinessStatus, type: 'text' })
  status!: BusinessStatus;

  /** Who created it. */
  @Property({ type: 'integer' })
  userId!: number;
}
