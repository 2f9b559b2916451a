import { Field, ID, ObjectType } from 'type-graphql';

/** Of each container. */
export const MOST_LINES = 1000;
export const DEFAULT_LINES = 100;
export const TAIL = `Lines of each container, at most ${MOST_LINES}`;

@ObjectType({ simpleResolvers: true, description: 'The last lines of one container' })
export class ContainerLogs {
  @Field(() => String, { description: 'Name of the pod' })
  pod!: string;

  @Field(() => String, { description: 'Name of the container' })
  container!: string;

  @Field(() => [String], { description: 'The lines, the oldest first' })
  lines!: readonly string[];
}

@ObjectType({ simpleResolvers: true, description: 'What the pods of a deployment wrote in one cluster' })
export class DeploymentLogs {
  @Field(() => ID, { description: 'Key of the cluster' })
  clusterId!: number;

  @Field(() => [ContainerLogs], { description: 'By pod and container' })
  containers!: readonly ContainerLogs[];

  @Field(() => String, { nullable: true, description: 'Why the cluster does not tell, or not all' })
  failure!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A line that a pod of a deployment wrote' })
export class DeploymentLogLine {
  @Field(() => ID, { description: 'Key of the cluster' })
  clusterId!: number;

  @Field(() => String, { description: 'Name of the pod' })
  pod!: string;

  @Field(() => String, { description: 'Name of the container' })
  container!: string;

  @Field(() => String, { description: 'The line' })
  line!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Said in place of a line where the cluster, or some of its containers, are not followed, since too many others are; null with a line',
  })
  notice!: string | null;
}
