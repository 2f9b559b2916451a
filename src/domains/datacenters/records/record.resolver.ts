import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RequestContext } from '../../../kernel/context.js';
import { parseHexId } from '../../../kernel/hexIds.js';
import type { Page } from '../../../kernel/pages.js';
import { itemSelectionOf } from '../../../kernel/selection.js';
import { type Permission, isOwnedBy } from '../../identity/index.js';
import { DataCenter } from '../dataCenter.entity.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { Record } from './record.entity.js';
import {
  CreateRecordInput,
  DeleteRecordInput,
  type RecordArgs,
  RecordList,
  RecordPart,
  RecordPayload,
} from './record.inputs.js';
import type { RecordService } from './record.service.js';
import { RECORD_UPDATED, type RecordChange } from './records.topics.js';

@Resolver(() => Record)
export class RecordResolver {
  constructor(
    private readonly service: RecordService,
    private readonly dataCenters: DataCenterService,
  ) {}

  @Authorized<Permission>('datacenter:read')
  @Query(() => RecordList.Connection, {
    description: 'The records of all data centers that the caller sees, the latest first',
  })
  async records(
    @Ctx() ctx: RequestContext,
    @Args(() => RecordList.Args) args: RecordArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Record>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('datacenter:read')
  @Query(() => Record, { nullable: true, description: 'The record with this key, or null' })
  async record(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the record' }) id: string,
  ): Promise<Record | null> {
    return this.service.find(ctx, id);
  }

  @Authorized<Permission>('datacenter:read')
  @Query(() => RecordPart, {
    nullable: true,
    description:
      'A part of the Excel workbook of a record, at most 1.5 MiB; null for no such record. CONFLICT where it has no workbook',
  })
  async recordWorkbook(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the record' }) id: string,
    @Arg('part', () => Int, { defaultValue: 0, description: 'Number of the part, from 0' }) part: number,
  ): Promise<RecordPart | null> {
    return this.service.part(ctx, id, part);
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => RecordPayload, {
    description:
      'Asks for a report of a data center, which is made in the background of what was last read of its cloud. RATE_LIMITED while four of the same tenant are being made; of a tenant the latest hundred are kept (RECORDS_KEPT)',
  })
  async createRecord(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateRecordInput, { description: 'The record' }) input: CreateRecordInput,
  ): Promise<RecordPayload> {
    return { record: await this.service.create(ctx, input) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => RecordPayload, {
    description: 'Deletes a record with its workbook. CONFLICT while it is being made',
  })
  async deleteRecord(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteRecordInput, { description: 'Which record' }) { id }: DeleteRecordInput,
  ): Promise<RecordPayload> {
    return { record: await this.service.remove(ctx, id) };
  }

  @Authorized<Permission>('datacenter:read')
  @Subscription(() => Record, {
    topics: RECORD_UPDATED.name,
    filter: ({
      payload,
      args: { id },
      context: { principal },
    }: {
      payload: RecordChange;
      args: { id?: string | null };
      context: RequestContext;
    }) =>
      (id == null || parseHexId(id) === payload.id) && principal !== null && isOwnedBy(principal, payload),
    description: 'Tells of a record that was asked for, has come on, or has ended, on whichever replica',
  })
  async recordUpdated(
    @Root() { id }: RecordChange,
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Only of this record' }) _id?: string,
  ): Promise<Record> {
    return this.service.get(ctx, id);
  }

  @FieldResolver(() => DataCenter, { description: 'Its data center' })
  async dataCenter(
    @Root() { dataCenterId }: Pick<Record, 'dataCenterId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<DataCenter> {
    return this.dataCenters.get(ctx, dataCenterId);
  }
}

@Resolver(() => DataCenter)
export class DataCenterRecordsResolver {
  constructor(private readonly service: RecordService) {}

  @FieldResolver(() => RecordList.Connection, { description: 'Its records, the latest first' })
  async records(
    @Root() { id }: Pick<DataCenter, 'id'>,
    @Ctx() ctx: RequestContext,
    @Args(() => RecordList.Args) args: RecordArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Record>> {
    return this.service.listOf(ctx, id, args, itemSelectionOf(info));
  }
}
