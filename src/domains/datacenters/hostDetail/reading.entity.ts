import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

/** What was read on a host carries this. */
@ObjectType({ simpleResolvers: true })
export abstract class HostReading {
  @Field(() => GraphQLDateTime, { description: 'When it was read' })
  readAt!: Date;

  @Field(() => String, {
    nullable: true,
    description:
      'Why something is missing, such as a program that the host does not have; null where nothing is',
  })
  message!: string | null;
}
