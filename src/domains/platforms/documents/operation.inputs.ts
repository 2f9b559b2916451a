import { Field, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { BooleanFilter, IdFilter, StringFilter, enumFilter } from '../../../kernel/filters.js';
import { inputOf, key } from '../../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../../kernel/lists.js';
import { ExactJSON } from '../../../kernel/scalars.js';
import { storableText } from '../../../kernel/validation.js';
import { OPERATION_METHODS, PlatformOperation } from './operation.entity.js';

/** What a call is told of its operation and arguments. */
export const CALLED = {
  operation: 'Id of the operation, as `Platform.operations` lists it',
  arguments:
    "Arguments as one object: parameters by their names, the body as `body`; numbers keep their digits. The operation's `arguments` describes them",
};

/** Ids come from documents, which are stored. */
export const OperationId = storableText();

export const CallPlatformInput = inputOf(
  'CallPlatformInput',
  'A call of an operation of a platform',
  z.object({
    platformId: key('The platform, which has an OpenAPI document'),
    operation: OperationId.meta({ description: CALLED.operation }),
    arguments: z.unknown().optional().meta({ description: CALLED.arguments }),
  }),
  { arguments: ExactJSON },
);
export type CallPlatformInput = InstanceType<typeof CallPlatformInput>;

@ObjectType({
  simpleResolvers: true,
  description: "A platform's answer to an operation, whatever its status",
})
export class PlatformCallPayload {
  @Field(() => Int, { description: 'HTTP status' })
  status!: number;

  @Field(() => ExactJSON, {
    nullable: true,
    description:
      'Body: parsed where the platform says that it is JSON, its numbers with all their digits; else its text, or bytes that are no text in base64; null when there is none',
  })
  body!: unknown;
}

export const PlatformOperationList = listOf(PlatformOperation, {
  items: 'operations of a platform',
  fields: {
    id: { by: 'id', filter: IdFilter, order: true },
    method: { by: 'method', filter: enumFilter(OPERATION_METHODS, 'PlatformOperationMethod') },
    path: { by: 'path', filter: StringFilter, order: true },
    summary: { by: 'summary', filter: StringFilter },
    isRead: { by: 'whether it only reads', filter: BooleanFilter },
  },
});
export type PlatformOperationArgs = ArgsOf<typeof PlatformOperationList>;
