import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';

@ObjectType({
  simpleResolvers: true,
  description: 'An image registry elsewhere, with the account as which clusters pull images from it',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'external_repositories' })
@Unique({ properties: ['businessId', 'repositoryId'] })
export class ExternalRepository extends BaseEntity {
  @Field(() => ID, { description: 'Key of the record' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  /** Names the row where its password is sealed, before it has an id. */
  @Property({ type: 'uuid', unique: true })
  uid!: string;

  /** Whose it is. */
  @Property({ type: 'integer' })
  businessId!: number;

  @Field(() => String, { description: 'The name by which applications choose it, unique in its business' })
  @Property({ type: 'text' })
  repositoryId!: string;

  @Field(() => String, { description: 'Host of the registry, with its port if that is not 443' })
  @Property({ type: 'text' })
  address!: string;

  @Field(() => String, { description: 'User name for pulling images' })
  @Property({ type: 'text' })
  user!: string;

  /** Sealed. */
  @Property({ type: 'text', hidden: true })
  password!: string;
}
