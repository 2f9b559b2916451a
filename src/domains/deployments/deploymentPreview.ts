import { Field, ID, ObjectType } from 'type-graphql';
import { ExactJSON } from '../../kernel/scalars.js';
import { WorkloadChange } from './objectChange.js';

@ObjectType({ simpleResolvers: true, description: 'What would change in one cluster' })
export class DeploymentPreview {
  @Field(() => ID, { description: 'Key of the cluster' })
  clusterId!: number;

  @Field(() => String, { description: 'Name of the cluster' })
  clusterName!: string;

  @Field(() => [ExactJSON], { description: 'The objects of Kubernetes, without secrets' })
  objects!: object[];

  @Field(() => [WorkloadChange], { description: 'How each object would change, as the cluster says' })
  changes!: WorkloadChange[];

  @Field(() => String, { nullable: true, description: 'Why the cluster does not say' })
  failure!: string | null;
}
