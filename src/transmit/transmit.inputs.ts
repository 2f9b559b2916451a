import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { inputOf, key } from '../kernel/inputs.js';
import { ExactJSON } from '../kernel/scalars.js';
import { BODY_ENCODINGS, type BodyEncoding } from '../domains/platforms/index.js';

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

/** Names to texts. */
export const Headers = z.record(z.string(), z.string('must be a text')).nullish();

export const TransmitInput = inputOf(
  'TransmitInput',
  'A small call to a platform',
  z.object({
    platformId: key('The platform'),
    method: z.enum(TransmitMethod).meta({ description: 'How to ask' }),
    path: z.string().meta({
      description: 'Path and query at the platform, percent-encoded, from the first slash on',
    }),
    headers: Headers.meta({ description: 'Headers to send, names to texts' }),
    body: z.unknown().optional().meta({
      description: 'Body to send: a text as it is, anything else as JSON, in which numbers keep their digits',
    }),
  }),
  { method: TransmitMethod, headers: GraphQLJSONObject, body: ExactJSON },
);
export type TransmitInput = InstanceType<typeof TransmitInput>;

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
