import { Field, Int, ObjectType } from 'type-graphql';
import { PortScalar } from '../../kernel/scalars.js';

@ObjectType({ simpleResolvers: true, description: 'A port on which an application listens' })
export class AppPort {
  @Field(() => PortScalar, { description: 'Port of the pod' })
  port!: number;

  @Field(() => PortScalar, {
    nullable: true,
    description: 'Port of its node that leads there; null for none',
  })
  hostPort!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A path of the node that an application sees' })
export class AppVolume {
  @Field(() => String, { description: 'Where the application sees it' })
  path!: string;

  @Field(() => String, { description: 'Where it is on the node' })
  hostPath!: string;

  @Field(() => Boolean, { description: 'Whether the application cannot write to it' })
  readOnly!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A variable of the environment of an application' })
export class AppVariable {
  @Field(() => String, { description: 'Name' })
  name!: string;

  @Field(() => String, { description: 'Value' })
  value!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What an application needs of another; nothing follows from it',
})
export class AppDependence {
  @Field(() => String, { description: 'Name of the other application' })
  name!: string;

  @Field(() => String, { description: 'Name of its service' })
  service!: string;

  @Field(() => PortScalar, { description: 'Port of the service' })
  port!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A Helm chart, as its Chart.yaml describes it' })
export class Chart {
  @Field(() => String, { description: 'Name of the chart' })
  name!: string;

  @Field(() => String, { description: 'Version of the chart' })
  version!: string;

  @Field(() => String, { description: 'v1 or v2' })
  apiVersion!: string;

  @Field(() => Int, { description: 'Bytes of the packed chart' })
  size!: number;
}
