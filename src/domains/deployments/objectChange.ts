import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { ExactJSON } from '../../kernel/scalars.js';

enum ObjectChangeKind {
  CREATED = 'CREATED',
  CHANGED = 'CHANGED',
  UNCHANGED = 'UNCHANGED',
  REMOVED = 'REMOVED',
}

registerEnumType(ObjectChangeKind, {
  name: 'ObjectChangeKind',
  description: 'What happens to an object of a cluster',
  valuesConfig: {
    CREATED: { description: 'It is made' },
    CHANGED: { description: 'It is changed' },
    UNCHANGED: { description: 'It stays as it is' },
    REMOVED: { description: 'It is deleted' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'One value of an object, before and after' })
export class ObjectDifference {
  @Field(() => String, { description: 'Where in the object, with dots' })
  path!: string;

  @Field(() => ExactJSON, { nullable: true, description: 'Before; null for nothing' })
  before!: unknown;

  @Field(() => ExactJSON, { nullable: true, description: 'After; null for nothing' })
  after!: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'What an object of a cluster is, or would be, changed by' })
export class WorkloadChange {
  @Field(() => String, { description: 'Kind of the object, such as Deployment' })
  kind!: string;

  @Field(() => String, { description: 'Name of the object' })
  name!: string;

  @Field(() => ObjectChangeKind, { description: 'What happens to it' })
  change!: `${ObjectChangeKind}`;

  @Field(() => [ObjectDifference], { description: 'Its values that differ, 100 at most; none of secrets' })
  differences!: readonly ObjectDifference[];
}
