import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { lockUntilEnd } from '../../../database/advisoryLock.js';
import type { Database } from '../../../database/database.js';
import { numberedWindow } from '../../../database/numberedPage.js';
import { countRows } from '../../../database/rowsAt.js';
import { allRows, rowsBy } from '../../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { DomainError, badInput, notFound } from '../../../kernel/errors.js';
import { newHexId, parseHexId } from '../../../kernel/hexIds.js';
import { type Page, SortDirection, type Window } from '../../../kernel/pages.js';
import type { Selection } from '../../../kernel/selection.js';
import { parse } from '../../../kernel/validation.js';
import { type AuditService, type Audited, ownedBy } from '../../identity/index.js';
import { DataCenter } from '../dataCenter.entity.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { ItemService } from '../inventory/item.service.js';
import { Record, RecordStatus } from './record.entity.js';
import { NewRecord, type RecordArgs, type RecordPart } from './record.inputs.js';
import type { RecordContentService } from './recordContent.service.js';
import type { RecordLeaseService } from './recordLease.service.js';
import { RECORD_DUE } from './records.topics.js';

interface Parts {
  contents: RecordContentService;
  database: Database;
  dataCenters: DataCenterService;
  leases: RecordLeaseService;
  trail: AuditService;
}

export interface RecordSearch extends Window {
  by: 'createdAt' | 'name' | 'status';
  direction: SortDirection;
}

/** Records of one tenant that are being made, or wait for that. */
const MOST_RUNNING = 4;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 10;

const LATEST_FIRST = { property: 'createdAt', direction: SortDirection.DESC };

const audited = ({ id, name, dataCenterId, status }: Record, businessId: number | null): Audited => ({
  type: 'Record',
  id,
  businessId,
  values: { name, dataCenterId, status },
});

/** Records of the data centers that the caller may see. */
export class RecordService {
  readonly #items = new ItemService(Record, { order: LATEST_FIRST });

  constructor(private readonly parts: Parts) {}

  /** Null for a foreign record as for none. */
  async find(ctx: RequestContext, id: string): Promise<Record | null> {
    const key = parseHexId(id);
    return key === null ? null : this.#items.find(ctx, key);
  }

  async get(ctx: RequestContext, id: string): Promise<Record> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('record', id);
    return found;
  }

  async list(ctx: RequestContext, args: RecordArgs, selection: Selection): Promise<Page<Record>> {
    return this.#items.list(ctx, args, selection);
  }

  async listOf(
    ctx: RequestContext,
    dataCenterId: string,
    args: RecordArgs,
    selection: Selection,
  ): Promise<Page<Record>> {
    return this.#items.listOf(ctx, 'dataCenterId', dataCenterId, { args, selection });
  }

  /** NOT_FOUND for a foreign data center as for none. */
  async search(
    ctx: RequestContext,
    dataCenterId: string,
    { by, direction, offset, limit }: RecordSearch,
  ): Promise<[Record[], number]> {
    const { id } = await this.parts.dataCenters.get(ctx, dataCenterId);
    const scope = { dataCenterId: { eq: id } };
    return numberedWindow(ctx.reader, Record, { scope, order: { property: by, direction }, offset, limit });
  }

  /** It is made in the background. NOT_FOUND for a foreign data center as for none; RATE_LIMITED while many are made. */
  async create(ctx: RequestContext, input: NewRecord): Promise<Record> {
    const { name, cid } = parse(NewRecord, input, ['input']);
    const known = await this.parts.dataCenters.get(ctx, cid);
    return ctx.em.transactional(async (em) => {
      const [center] = await rowsBy(em, DataCenter, 'id', [known.id], { lock: 'key share' });
      if (!center) throw notFound('data center', cid);
      // So that none is one too many; in this order, since who waits for a data center that is being deleted holds up nobody.
      await lockUntilEnd(em, 'newRecords');
      await this.#refuseTooMany(em, center);
      const record = em.create(Record, {
        id: newHexId(),
        dataCenter: em.getReference(DataCenter, center.id),
        dataCenterId: center.id,
        name,
        dataCenterName: center.name,
        systemName: center.systemName,
        ceeVersion: center.ceeVersion,
        lcmIp: center.lcmIp,
        openrcPath: center.openstackrcDir,
        status: RecordStatus.RUNNING,
        traceback: null,
        processId: newHexId(),
        heldUntil: null,
        generation: null,
        inventoryReadAt: null,
        size: null,
        endedAt: null,
      });
      await em.persist(record).flush();
      this.parts.trail.record(em, ctx, 'record.create', null, audited(record, center.businessId));
      await this.parts.leases.tell(em, record.id);
      await this.parts.database.notifications.publish(em, RECORD_DUE, { id: record.id });
      return record;
    });
  }

  /** The key of the data center with that name. NOT_FOUND where there is none, BAD_INPUT where the caller sees several. */
  async centerNamed(ctx: RequestContext, name: string): Promise<string> {
    const scope = { ...ownedBy(requirePrincipal(ctx)), name: { eq: name } };
    const [found, ...others] = await allRows(ctx.reader, DataCenter, { scope });
    if (!found) throw new DomainError('NOT_FOUND', `no data center is called ${JSON.stringify(name)}`);
    if (others.length > 0)
      throw badInput([{ path: 'data_center', message: 'is the name of several; choose one by cid' }]);
    return found.id;
  }

  /** Returns it as it was. CONFLICT while it is being made. */
  async remove(ctx: RequestContext, id: string): Promise<Record> {
    const known = await this.get(ctx, id);
    const { businessId } = await this.parts.dataCenters.get(ctx, known.dataCenterId);
    return ctx.em.transactional(async (em) => {
      const record = await em.findOne(
        Record,
        { id: known.id },
        { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      );
      if (!record) throw notFound('record', id);
      if (record.status === RecordStatus.RUNNING)
        throw new DomainError('CONFLICT', 'the record is being made; it can be deleted once that has ended');
      await em.nativeDelete(Record, { id: record.id });
      this.parts.trail.record(em, ctx, 'record.delete', audited(record, businessId), null);
      ctx.loaders.clear();
      return record;
    });
  }

  /** Its workbook in base64, as it is read. CONFLICT where there is none. */
  async workbook(ctx: RequestContext, id: string): Promise<AsyncGenerator<string>> {
    return this.parts.contents.base64Of(this.#stored(await this.get(ctx, id)));
  }

  /** Null for a foreign record as for none; CONFLICT where it has no workbook, BAD_INPUT for a part that there is not. */
  async part(ctx: RequestContext, id: string, part: number): Promise<RecordPart | null> {
    const record = await this.find(ctx, id);
    return record && this.parts.contents.part(this.#stored(record), part);
  }

  #stored({ id, status, size }: Record): { id: string; size: number } {
    if (size !== null) return { id, size };
    const why = status === RecordStatus.RUNNING ? 'is still being made' : 'has failed; see its traceback';
    throw new DomainError('CONFLICT', `there is no workbook: the record ${why}`);
  }

  async #refuseTooMany(em: EntityManager, { businessId, ownerId }: DataCenter): Promise<void> {
    const scope = {
      status: { eq: RecordStatus.RUNNING },
      'dataCenter.businessId': { eq: businessId },
      ...(businessId === null && { 'dataCenter.ownerId': { eq: ownerId } }),
    };
    if ((await countRows(em, Record, { scope })) < MOST_RUNNING) return;
    const message = `${MOST_RUNNING} records are being made already; wait for one to end`;
    throw new DomainError('RATE_LIMITED', message, { retryAfter: RETRY_AFTER });
  }
}
