import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeFilter, IdFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { readableName } from '../../kernel/names.js';
import { text } from '../../kernel/validation.js';
import { Business, BusinessStatus } from './business.entity.js';

const MAX_NAME = 64;
const MAX_TEXT = 4096;

/** A business as every door accepts it (ote 002, Business Management 1). */
export const BUSINESS_FIELDS = {
  name: readableName(MAX_NAME).meta({ description: 'Name, 1 to 64 characters, unique without case' }),
  introduce: text(0, MAX_TEXT).meta({ description: 'Introduction of the business' }),
  objective: text(0, MAX_TEXT).meta({ description: 'Purpose for creating it' }),
  scale: text(0, MAX_TEXT).meta({ description: 'Scale of the resources that it expects to use' }),
};

export const NewBusiness = z.object(BUSINESS_FIELDS);
export type NewBusiness = z.infer<typeof NewBusiness>;

export const BUSINESS_COMMENT = text(0, MAX_TEXT).meta({ description: 'Audit comment' });

/** What an audit can decide. */
export type BusinessDecision = BusinessStatus.APPROVED | BusinessStatus.DISAPPROVED;

export const BusinessAudit = z.object({
  status: z
    .enum([BusinessStatus.APPROVED, BusinessStatus.DISAPPROVED], 'must be APPROVED or DISAPPROVED')
    .meta({ description: 'APPROVED or DISAPPROVED' }),
  comment: BUSINESS_COMMENT.optional(),
});

export const CreateBusinessInput = inputOf(
  'CreateBusinessInput',
  'A business to create; its creator must be approved, administer and have none',
  NewBusiness,
);
export type CreateBusinessInput = InstanceType<typeof CreateBusinessInput>;

export const AuditBusinessInput = inputOf(
  'AuditBusinessInput',
  'The outcome of the audit of a business',
  z.object({ id: key('The business'), ...BusinessAudit.shape }),
  { status: BusinessStatus },
);
export type AuditBusinessInput = InstanceType<typeof AuditBusinessInput>;

@ObjectType({ simpleResolvers: true, description: 'The business as it is now' })
export class BusinessPayload {
  @Field(() => Business, { description: 'The business' })
  business!: Business;
}

export const BusinessList = listOf(Business, {
  items: 'businesses',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter },
    nameKey: { by: 'name, without case', order: 'NAME' },
    status: { by: 'where it stands', filter: enumFilter(BusinessStatus, 'BusinessStatus'), order: true },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type BusinessArgs = ArgsOf<typeof BusinessList>;
