import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum TransmitMethod {
  GET = 'GET',
  POST = 'POST',
  PUT = 'PUT',
  PATCH = 'PATCH',
  DELETE = 'DELETE',
  HEAD = 'HEAD',
}

registerEnumType(TransmitMethod, {
  name: 'TransmitMethod',
  description: 'How a platform is asked',
  valuesConfig: {
    GET: { description: 'Read' },
    POST: { description: 'Create or act' },
    PUT: { description: 'Replace' },
    PATCH: { description: 'Change' },
    DELETE: { description: 'Remove' },
    HEAD: { description: 'Read the headers alone' },
  },
});

@InputType({ description: 'A small call to a platform' })
export class TransmitInput {
  @Field(() => ID, { description: 'The platform' })
  platformId!: string;

  @Field(() => TransmitMethod, { description: 'How to ask' })
  method!: TransmitMethod;

  @Field(() => String, {
    description: 'Path and query at the platform, percent-encoded, from the first slash on',
  })
  path!: string;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'Headers to send, names to texts' })
  headers?: Record<string, string> | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'Body to send: a text as it is, anything else as JSON',
  })
  body?: unknown;
}

@ObjectType({ simpleResolvers: true, description: "A platform's answer, whatever its status" })
export class TransmitPayload {
  @Field(() => Int, { description: 'HTTP status' })
  status!: number;

  @Field(() => GraphQLJSONObject, { description: 'Headers, names in lower case' })
  headers!: Record<string, unknown>;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'Body: parsed where the platform says it is JSON, else its text; null when there is none',
  })
  body!: unknown;
}
