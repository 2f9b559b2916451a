import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Database } from '../../database/database.js';
import { page } from '../../database/page.js';
import { allRows, rowPerKey } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import { newHexId, parseHexId } from '../../kernel/hexIds.js';
import { type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import { definedOnly, parse } from '../../kernel/validation.js';
import { type AuditService, type Audited, type BusinessService, ownedBy } from '../identity/index.js';
import { type ConnectionStatus, statusOf } from './connection.js';
import type { ConnectionService } from './connection.service.js';
import { DataCenter } from './dataCenter.entity.js';
import { type DataCenterArgs, DataCenterChanges, NewDataCenter } from './dataCenter.inputs.js';
import { CONNECTION, refuseChanges, requireReachable } from './dataCenter.rules.js';
import type { HostKeyService } from './hostDetail/hostKey.service.js';
import { type DataCenterSecrets, MASK } from './dataCenter.secrets.js';
import type { LeaseService } from './refresh/lease.service.js';
import type { ScheduleService } from './schedule.service.js';

interface Parts {
  businesses: BusinessService;
  database: Database;
  trail: AuditService;
  secrets: DataCenterSecrets;
  connections: ConnectionService;
  hostKeys: HostKeyService;
  leases: LeaseService;
  schedule: ScheduleService;
}

const BY_AGE = { property: 'createdAt', direction: SortDirection.ASC };
const BY_ID = { property: 'id', direction: SortDirection.ASC };

/** What fields that are no columns follow from. */
const NEEDS = { business: ['businessId'], hostKeyFingerprint: ['hostKey'], hasLcmPwd: ['lcmPwd'] };
/** What services need of each. */
const WHOLE = { id: ['lcmPwd'] };

const EMPTY = {
  country: '',
  province: '',
  city: '',
  systemName: '',
  ceeVersion: '',
  lcmIp: '',
  lcmUser: '',
  openstackrcDir: '',
  lcmrcDir: '',
};

const audited = (center: DataCenter): Audited => {
  const { id, businessId, name, mode, country, province, city, systemName, ceeVersion } = center;
  const { lcmIp, lcmUser, openstackrcDir, lcmrcDir, tlsCa, hostKey, lcmPwd } = center;
  const place = { country, province, city, systemName, ceeVersion };
  const access = { lcmIp, lcmUser, hasLcmPwd: lcmPwd !== null, openstackrcDir, lcmrcDir, tlsCa, hostKey };
  return { type: 'DataCenter', id, businessId, values: { name, mode, ...place, ...access }, secret: lcmPwd };
};

const taken = (name: string, cause: Error): DomainError =>
  new DomainError('CONFLICT', `the data center name ${JSON.stringify(name)} is taken`, {}, { cause });

/** Data centers, as the caller may see them. */
export class DataCenterService {
  constructor(private readonly parts: Parts) {}

  /** NOT_FOUND for a foreign data center as for none. */
  async get(ctx: RequestContext, id: string): Promise<DataCenter> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('data center', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<DataCenter | null> {
    const key = parseHexId(id);
    if (key === null) return null;
    const scope = ownedBy(requirePrincipal(ctx));
    const loader = ctx.loaders.of<string, DataCenter | null>(DataCenter, async (ids) =>
      rowPerKey(ctx.reader, DataCenter, 'id', ids, { scope, needs: WHOLE }),
    );
    return loader.load(key);
  }

  async list(ctx: RequestContext, args: DataCenterArgs, selection: Selection): Promise<Page<DataCenter>> {
    const scope = ownedBy(requirePrincipal(ctx));
    return page(ctx.reader, DataCenter, { args, scope, order: BY_AGE, needs: NEEDS, selection });
  }

  /** All of them, the oldest first. */
  async all(ctx: RequestContext): Promise<DataCenter[]> {
    const scope = ownedBy(requirePrincipal(ctx));
    return allRows(ctx.reader, DataCenter, { scope, order: [BY_AGE, BY_ID], needs: WHOLE });
  }

  /**
   * One that is online is logged in to, and its tasks are due at once, whether or not that worked. CONFLICT for a name
   * that is taken, BAD_INPUT for what an online one lacks.
   */
  async create(
    ctx: RequestContext,
    input: NewDataCenter,
  ): Promise<{ dataCenter: DataCenter; connection: ConnectionStatus | null }> {
    const { name, mode, tlsCa = null, lcmPwd = '', ...given } = parse(NewDataCenter, input, ['input']);
    const id = newHexId();
    const sealed = lcmPwd === '' ? null : this.parts.secrets.seal(id, lcmPwd);
    const draft = { ...EMPTY, ...definedOnly(given), id, name, mode, tlsCa, lcmPwd: sealed, hostKey: null };
    requireReachable(draft, lcmPwd === MASK);
    const { connections } = this.parts;
    const state = mode ? await connections.test(ctx, connections.accountOf(draft)) : null;
    const hostKey = state?.failure === null ? state.hostKey : null;
    try {
      const dataCenter = await ctx.em.transactional(async (em) => {
        const center = em.create(DataCenter, {
          ...draft,
          ...(await this.parts.businesses.ownerOf(em, ctx)),
          hostKey,
          runId: null,
          runUntil: null,
        });
        await em.persist(center).flush();
        if (mode) await this.parts.schedule.add(em, center);
        this.#record(em, ctx, 'create', null, center);
        return center;
      });
      return { dataCenter, connection: state && statusOf(state) };
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw taken(name, error);
    }
  }

  /**
   * What the cloud is reached by makes its tasks due when it changes; another address makes the host keys forgotten.
   * BAD_INPUT for another name or mode, and where the stored password would go to another address.
   */
  async update(ctx: RequestContext, id: string, input: DataCenterChanges): Promise<DataCenter> {
    const changes = parse(DataCenterChanges, input, ['input']);
    const known = await this.get(ctx, id);
    return ctx.em.transactional(async (em) => {
      const center = await this.#locked(em, ctx, known.id);
      refuseChanges(center, changes);
      const { lcmPwd = MASK, forgetHostKey = false, ...rest } = changes;
      const before = audited(center);
      const { ...was } = center;
      em.assign(center, definedOnly(rest));
      if (lcmPwd !== MASK) center.lcmPwd = lcmPwd === '' ? null : this.parts.secrets.seal(center.id, lcmPwd);
      if (forgetHostKey || center.lcmIp !== was.lcmIp) center.hostKey = null;
      if (center.lcmIp !== was.lcmIp) await this.parts.hostKeys.forgetAll(em, center.id);
      requireReachable(center, false);
      await em.flush();
      if (([...CONNECTION, 'hostKey'] as const).some((field) => center[field] !== was[field]))
        await this.parts.schedule.hasten(em, center.id);
      this.#record(em, ctx, 'update', before, center);
      return center;
    });
  }

  /** With its tasks and inventory; what its tasks did is kept. Returns it as it was. */
  async remove(ctx: RequestContext, id: string): Promise<DataCenter> {
    const known = await this.get(ctx, id);
    return ctx.em.transactional(async (em) => {
      const center = await this.#locked(em, ctx, known.id);
      await this.parts.leases.end(em, center, 'the data center was deleted while it was read');
      await em.nativeDelete(DataCenter, { id: center.id });
      this.#record(em, ctx, 'delete', center, null);
      return center;
    });
  }

  /** What is the user's alone is the business's that it gets. */
  async move(em: EntityManager, ownerId: number, businessId: number): Promise<void> {
    await em.nativeUpdate(DataCenter, { ownerId, businessId: null }, { businessId });
  }

  async #locked(em: EntityManager, ctx: RequestContext, id: string): Promise<DataCenter> {
    const center = await em.findOne(
      DataCenter,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!center) throw notFound('data center', id);
    ctx.loaders.clear();
    return center;
  }

  #record(
    em: EntityManager,
    ctx: RequestContext,
    action: string,
    before: DataCenter | Audited | null,
    after: DataCenter | null,
  ): void {
    const was = before instanceof DataCenter ? audited(before) : before;
    this.parts.trail.record(em, ctx, `datacenter.${action}`, was, after && audited(after));
  }
}
