import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../../kernel/scalars.js';
import type { ProjectState, RepositoryState, TagState } from './imageRegistry.port.js';

@ObjectType({ simpleResolvers: true, description: 'A project of the image repository' })
export class ImageProject implements ProjectState {
  @Field(() => ID, { description: 'Key of the project in the image repository' })
  id!: number;

  @Field(() => String, { description: 'Name, with which those of its images begin' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether everybody may pull its images' })
  isPublic!: boolean;

  @Field(() => Int, { description: 'How many images it has' })
  imageCount!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was made' })
  createdAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last changed' })
  updatedAt!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'An image, under whatever tags, of the image repository' })
export class ImageRepository implements RepositoryState {
  @Field(() => ID, { description: 'Key of the image in the image repository' })
  id!: number;

  /** Of its project. */
  projectId!: number;

  @Field(() => String, { description: 'Name with that of its project, such as team/app' })
  name!: string;

  @Field(() => String, { description: 'What clusters pull, without a tag: host and name' })
  address!: string;

  @Field(() => String, { description: 'What it is for' })
  description!: string;

  @Field(() => Int, { description: 'How many versions of it there are, tagged or not' })
  artifactCount!: number;

  @Field(() => Int, { description: 'How often it was pulled; lags some seconds behind' })
  pullCount!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was first pushed' })
  createdAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last changed' })
  updatedAt!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'A tag of an image, and what it names now' })
export class ImageTag implements TagState {
  @Field(() => ID, { description: 'Key of the tag in the image repository' })
  id!: number;

  @Field(() => String, { description: 'The tag, such as latest' })
  name!: string;

  @Field(() => String, { description: 'What clusters pull: host, name and tag' })
  address!: string;

  @Field(() => String, { description: 'Digest of the manifest that it names' })
  digest!: string;

  @Field(() => BigIntScalar, { description: 'Bytes; of an index those of the index itself' })
  size!: number;

  @Field(() => String, {
    description: 'Architecture of the processor; of an index all, comma-separated; empty when unknown',
  })
  architecture!: string;

  @Field(() => String, { description: 'Operating system, told as the architecture is' })
  operatingSystem!: string;

  @Field(() => Int, {
    description:
      'How often its image was pulled under whatever tag, since no pulls of single tags are counted',
  })
  pullCount!: number;

  @Field(() => Boolean, { description: 'Whether a rule keeps it from being moved and deleted' })
  isImmutable!: boolean;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When what it names was first pushed' })
  createdAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last pushed' })
  pushedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last pulled; null for never' })
  pulledAt!: Date | null;
}
