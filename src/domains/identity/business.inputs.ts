import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import {
  DateTimeFilter,
  type EnumFilter,
  IdFilter,
  type RangeFilter,
  StringFilter,
  enumFilter,
} from '../../kernel/filters.js';
import { connectionOf, orderOf } from '../../kernel/pages.js';
import { readableName } from '../../kernel/names.js';
import { text } from '../../kernel/validation.js';
import { Business, BusinessStatus } from './business.entity.js';

const MAX_NAME = 64;
const MAX_TEXT = 4096;

/** A business as every door accepts it (ote 002, Business Management 1). */
export const BUSINESS_FIELDS = {
  name: readableName(MAX_NAME).meta({ description: 'Business name' }),
  introduce: text(0, MAX_TEXT).meta({ description: 'Introduction of business' }),
  objective: text(0, MAX_TEXT).meta({ description: 'Purpose for creating business' }),
  scale: text(0, MAX_TEXT).meta({ description: 'The scale of resources expected to use' }),
};

export const NewBusiness = z.object(BUSINESS_FIELDS);
export type NewBusiness = z.infer<typeof NewBusiness>;

export const BUSINESS_COMMENT = text(0, MAX_TEXT).meta({ description: 'Audit comment' });

/** What an audit can decide. */
export type BusinessDecision = BusinessStatus.APPROVED | BusinessStatus.DISAPPROVED;

export const BusinessAudit = z.object({
  status: z.enum([BusinessStatus.APPROVED, BusinessStatus.DISAPPROVED], 'must be APPROVED or DISAPPROVED'),
  comment: BUSINESS_COMMENT.optional(),
});

@InputType({ description: 'A business to create; its creator must be approved, administer and have none' })
export class CreateBusinessInput {
  @Field(() => String, { description: 'Name, 1 to 64 characters, unique without case' })
  name!: string;

  @Field(() => String, { description: 'Introduction of the business' })
  introduce!: string;

  @Field(() => String, { description: 'Purpose for creating it' })
  objective!: string;

  @Field(() => String, { description: 'Scale of the resources that it expects to use' })
  scale!: string;
}

@InputType({ description: 'The outcome of the audit of a business' })
export class AuditBusinessInput {
  @Field(() => ID, { description: 'The business' })
  id!: string;

  @Field(() => BusinessStatus, { description: 'APPROVED or DISAPPROVED' })
  status!: BusinessStatus;

  @Field(() => String, { nullable: true, description: 'Why' })
  comment?: string;
}

@ObjectType({ simpleResolvers: true, description: 'The business as it is now' })
export class BusinessPayload {
  @Field(() => Business, { description: 'The business' })
  business!: Business;
}

const BusinessStatusFilter = enumFilter(BusinessStatus, 'BusinessStatus');

@InputType({ description: 'Which businesses; all conditions must hold' })
export class BusinessFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By key' })
  id?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By name' })
  name?: StringFilter;

  @Field(() => BusinessStatusFilter, { nullable: true, description: 'By where it stands' })
  status?: EnumFilter<BusinessStatus>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was made' })
  createdAt?: RangeFilter<Date>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was last changed' })
  updatedAt?: RangeFilter<Date>;

  @Field(() => [BusinessFilter], { nullable: true, description: 'All of these' })
  and?: BusinessFilter[];

  @Field(() => [BusinessFilter], { nullable: true, description: 'At least one of these' })
  or?: BusinessFilter[];

  @Field(() => BusinessFilter, { nullable: true, description: 'Not this' })
  not?: BusinessFilter;
}

export enum BusinessOrderField {
  ID = 'id',
  NAME = 'nameKey',
  STATUS = 'status',
  CREATED_AT = 'createdAt',
  UPDATED_AT = 'updatedAt',
}

registerEnumType(BusinessOrderField, {
  name: 'BusinessOrderField',
  description: 'What a list of businesses can be ordered by',
  valuesConfig: {
    ID: { description: 'Key' },
    NAME: { description: 'Name, without case' },
    STATUS: { description: 'Where it stands' },
    CREATED_AT: { description: 'When it was made' },
    UPDATED_AT: { description: 'When it was last changed' },
  },
});

export const BusinessOrder = orderOf(BusinessOrderField, 'Business');
export const BusinessConnection = connectionOf(Business, 'Business');
