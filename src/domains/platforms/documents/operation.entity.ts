import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Method, Operation } from '../../../openapi/operation.js';
import type { KnownDocument } from './document.service.js';

export const OPERATION_METHODS = {
  GET: 'GET',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
  HEAD: 'HEAD',
} as const satisfies Record<Method, Method>;

registerEnumType(OPERATION_METHODS, {
  name: 'PlatformOperationMethod',
  description: 'How an operation of a platform is called',
  valuesConfig: {
    GET: { description: 'Reads' },
    POST: { description: 'Creates or acts' },
    PUT: { description: 'Replaces' },
    PATCH: { description: 'Changes' },
    DELETE: { description: 'Removes' },
    HEAD: { description: 'Reads the headers alone' },
  },
});

/** What changes nothing (RFC 9110 9.2.1). */
export const isReading = (method: Method): boolean => method === 'GET' || method === 'HEAD';

@ObjectType({ simpleResolvers: true, description: 'What a platform can do, by its OpenAPI document' })
export class PlatformOperation {
  @Field(() => ID, {
    description: 'What it is called by: its operationId, else its method and path. Unique for its platform',
  })
  id!: string;

  @Field(() => OPERATION_METHODS, { description: 'Method' })
  method!: Method;

  @Field(() => String, { description: 'Path, with names of arguments in braces' })
  path!: string;

  @Field(() => String, { description: 'What it does, in few words' })
  summary!: string;

  @Field(() => String, { description: 'What it does' })
  description!: string;

  @Field(() => [String], { description: 'What the document groups it under' })
  tags!: readonly string[];

  @Field(() => Boolean, { description: 'Whether it only reads, so that `Platform.call` calls it' })
  isRead!: boolean;

  /** What the rest is made of. */
  operation!: Operation;
  known!: KnownDocument;
}

export function platformOperationOf(operation: Operation, known: KnownDocument): PlatformOperation {
  const { id, method, path, summary, description, tags } = operation;
  return { id, method, path, summary, description, tags, isRead: isReading(method), operation, known };
}

/** JSON Schemas of any size. */
export const SchemaScalar = GraphQLJSONObject;
