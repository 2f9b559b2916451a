import { DateTimeType, type Opt } from '@mikro-orm/core';
import { Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { databaseNow } from './clock.js';

/** Milliseconds, as JavaScript's Date: a cursor made from a value must meet the same value again. */
export const TIME = { type: DateTimeType, length: 3 } as const;
/** The database tells it. */
const TOLD = { ...TIME, returning: true } as const;

/** What every stored object carries. */
@ObjectType({ simpleResolvers: true })
export abstract class BaseEntity {
  @Field(() => GraphQLDateTime, { description: 'When it was made' })
  @Property({ ...TOLD, onCreate: () => databaseNow() })
  createdAt!: Opt<Date>;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed' })
  @Property({ ...TOLD, onCreate: () => databaseNow(), onUpdate: () => databaseNow() })
  updatedAt!: Opt<Date>;
}
