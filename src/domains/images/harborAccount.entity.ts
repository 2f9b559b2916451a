import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';

@ObjectType({
  simpleResolvers: true,
  description: 'The account of the image repository as which a user acts there',
})
@Entity({ tableName: 'harbor_accounts' })
export class HarborAccount extends BaseEntity {
  /** Whose it is. */
  @PrimaryKey({ type: 'integer', autoincrement: false })
  userId!: number;

  @Field(() => String, { description: 'User name in the image repository' })
  @Property({ type: 'text' })
  user!: string;

  /** Sealed. */
  @Property({ type: 'text', hidden: true })
  password!: string;

  /** Sealed: what the password is being changed to, while nobody knows whether it has been. */
  @Property({ type: 'text', nullable: true, hidden: true })
  nextPassword: string | null = null;
}
