import { GraphQLJSONObject } from 'graphql-scalars';
import { ExactJSON } from '../kernel/scalars.js';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BODY_ENCODINGS, type BodyEncoding } from './callBody.js';

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

registerEnumType(BODY_ENCODINGS, {
  name: 'TransmitBodyEncoding',
  description: "How the body of a platform's answer is given",
  valuesConfig: {
    JSON: { description: 'The value that the platform wrote as JSON' },
    TEXT: { description: 'A text' },
    BASE64: { description: 'Bytes that are no text of the charset that they name, or of UTF-8, in base64' },
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

  @Field(() => ExactJSON, {
    nullable: true,
    description: 'Body to send: a text as it is, anything else as JSON, in which numbers keep their digits',
  })
  body?: unknown;
}

@ObjectType({ simpleResolvers: true, description: "A platform's answer, whatever its status" })
export class TransmitPayload {
  @Field(() => Int, { description: 'HTTP status' })
  status!: number;

  @Field(() => GraphQLJSONObject, { description: 'Headers, names in lower case' })
  headers!: Record<string, unknown>;

  @Field(() => ExactJSON, {
    nullable: true,
    description:
      'Body without its content coding: parsed where the platform says it is JSON, its numbers with all their digits; else its text; null when there is none',
  })
  body!: unknown;

  @Field(() => BODY_ENCODINGS, {
    nullable: true,
    description: 'How `body` is to be read; null when there is none',
  })
  bodyEncoding!: BodyEncoding | null;
}
