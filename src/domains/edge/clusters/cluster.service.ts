import { ForeignKeyConstraintViolationException, UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { databaseNow } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { numberedPage } from '../../../database/numberedPage.js';
import { page } from '../../../database/page.js';
import { rowPerKey, rowsBy } from '../../../database/rowsBy.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { DomainError, badInput, notFound } from '../../../kernel/errors.js';
import type { NumberedPage, Page } from '../../../kernel/pages.js';
import { EVERYTHING, type Selection } from '../../../kernel/selection.js';
import { parse, parseId, storableText } from '../../../kernel/validation.js';
import type { AuditService, Audited } from '../../identity/index.js';
import { Cluster } from './cluster.entity.js';
import { type ClusterArgs, ClusterChanges, ClusterList, NewCluster } from './cluster.inputs.js';
import type { ClusterAccess } from './clusterAccess.service.js';
import { CLUSTER_CHANGED, type ClusterChange } from '../edge.topics.js';

export interface ClusterSearch extends NumberedPage {
  /** Only clusters that have it. */
  label?: string | undefined;
}

const { paths } = ClusterList;

const BY_NAME = {};

const audited = ({ id, name, uid, version, revision }: Cluster): Audited => ({
  type: 'Cluster',
  id,
  businessId: null,
  values: { name, uid, version, revision },
});

export function noCluster(name: string): DomainError {
  return new DomainError('NOT_FOUND', `no cluster has the name ${JSON.stringify(name.slice(0, 80))}`);
}

/** What is in a cluster that keeps it from being deleted, such as deployments by their names. */
export type Occupants = (reader: Reader, clusterId: number) => Promise<string[]>;

/** Of those that are named. */
const MOST_NAMED = 10;

/** The registry of clusters. Every change is told to all replicas. */
export class ClusterService {
  #occupants: Occupants = async () => [];

  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
    private readonly access: ClusterAccess,
  ) {}

  /** Tells from now on what is in a cluster. */
  setOccupants(occupants: Occupants): void {
    this.#occupants = occupants;
  }

  /** The cluster; NOT_FOUND when there is none. */
  async get(ctx: RequestContext, id: string | number): Promise<Cluster> {
    const found = await this.find(ctx, String(id));
    if (!found) throw notFound('cluster', String(id));
    return found;
  }

  async find(ctx: RequestContext, id: string, selection = EVERYTHING): Promise<Cluster | null> {
    const key = parseId(id);
    if (key === null) return null;
    const loader = ctx.loaders.of<number, Cluster | null>(`cluster ${selection.key}`, async (ids) =>
      rowPerKey(ctx.reader, Cluster, 'id', ids, { selection }),
    );
    return loader.load(key);
  }

  /** By the one of them that is given. */
  async findBy(
    ctx: RequestContext,
    { id, name }: { id?: string | null | undefined; name?: string | null | undefined },
  ): Promise<Cluster | null> {
    if (id != null && name == null) return this.find(ctx, id);
    if (name != null && id == null) return this.findByName(ctx, name);
    throw badInput([{ path: 'id', message: 'give id or name, one of them' }]);
  }

  async findByName(ctx: RequestContext, name: string): Promise<Cluster | null> {
    const loader = ctx.loaders.of<string, Cluster | null>(BY_NAME, async (names) =>
      rowPerKey(ctx.reader, Cluster, 'name', names),
    );
    return loader.load(parse(storableText(), name, ['name']));
  }

  async list(ctx: RequestContext, args: ClusterArgs, selection: Selection): Promise<Page<Cluster>> {
    return page(ctx.reader, Cluster, { args, selection, paths });
  }

  /** In the order of their registration. */
  async search(ctx: RequestContext, { label, ...numbered }: ClusterSearch): Promise<[Cluster[], number]> {
    const scope = { label: { eq: label } };
    return numberedPage(ctx.reader, Cluster, { scope, paths, ...numbered });
  }

  /** Stored only when the cluster can be reached and allows what is needed. CONFLICT for a name or a cluster that is known. */
  async create(ctx: RequestContext, input: NewCluster): Promise<Cluster> {
    const { name, kubeconfig } = parse(NewCluster, input, ['input']);
    if (await this.findByName(ctx, name)) throw this.#taken(name);
    const { uid, version } = await this.#preflight(ctx, kubeconfig);
    const sealed = this.access.seal(kubeconfig, uid);
    try {
      return await ctx.em.transactional(async (em) => {
        const cluster = em.create(Cluster, { name, uid, version, kubeconfig: sealed, wasReady: true });
        cluster.lastSeenAt = databaseNow();
        await em.persist(cluster).flush();
        return this.#announceChanged(em, ctx, { id: cluster.id, change: 'REGISTERED' }, null);
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const [known] = await rowsBy(ctx.reader, Cluster, 'uid', [uid]);
      if (!known) throw this.#taken(name, error);
      throw new DomainError(
        'CONFLICT',
        `this cluster is registered already, as ${JSON.stringify(known.name)}`,
        {},
        { cause: error },
      );
    }
  }

  /** Rotates the kubeconfig; BAD_INPUT when the new one reaches another cluster. */
  async update(ctx: RequestContext, id: string, input: ClusterChanges): Promise<Cluster> {
    const { kubeconfig } = parse(ClusterChanges, input, ['input']);
    const known = await this.get(ctx, id);
    const { uid, version } = await this.#preflight(ctx, kubeconfig);
    if (uid !== known.uid) {
      throw badInput([{ path: 'input.kubeconfig', message: `reaches another cluster than ${known.name}` }]);
    }
    const sealed = this.access.seal(kubeconfig, uid);
    return ctx.em.transactional(async (em) => {
      const cluster = await this.#locked(em, known.id);
      const before = audited(cluster);
      const revision = cluster.revision + 1;
      em.assign(cluster, { kubeconfig: sealed, version, revision, wasReady: true, failure: null });
      cluster.updatedAt = databaseNow();
      cluster.lastSeenAt = databaseNow();
      await em.flush();
      return this.#announceChanged(em, ctx, { id: cluster.id, change: 'UPDATED' }, before);
    });
  }

  /** Forgets the cluster, its nodes and labels; returns it as it was. CONFLICT names the deployments that are in it. */
  async remove(ctx: RequestContext, id: string): Promise<Cluster> {
    const key = parseId(id);
    if (key === null) throw notFound('cluster', id);
    try {
      return await ctx.em.transactional(async (em) => {
        const cluster = await this.#locked(em, key);
        await em.remove(cluster).flush();
        await this.#announce(em, ctx, { id: key, change: 'DELETED' }, audited(cluster), null);
        return cluster;
      });
    } catch (error) {
      if (!(error instanceof ForeignKeyConstraintViolationException)) throw error;
      const names = await this.#occupants(ctx.reader, key);
      const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
      const message = `there are deployments in the cluster: ${names.slice(0, MOST_NAMED).join(', ')}${more}; delete them, or take the label from the cluster by which they chose it`;
      throw new DomainError('CONFLICT', message, {}, { cause: error });
    }
  }

  async #locked(em: EntityManager, id: number): Promise<Cluster> {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const cluster = await em.findOne(Cluster, { id }, { lockMode, refresh: true });
    if (!cluster) throw notFound('cluster', String(id));
    return cluster;
  }

  /** Whatever is wrong with the kubeconfig or its account is wrong with the input's kubeconfig. */
  async #preflight(ctx: RequestContext, kubeconfig: string): Promise<{ uid: string; version: string }> {
    try {
      return await this.access.preflight(kubeconfig, ctx.signal);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'BAD_INPUT') throw error;
      const fields = error.details.fields ?? [{ path: 'kubeconfig', message: error.message }];
      const path = 'input.kubeconfig';
      throw new DomainError(
        'BAD_INPUT',
        error.message,
        { fields: fields.map(({ message }) => ({ path, message })) },
        { cause: error },
      );
    }
  }

  #taken(name: string, cause?: Error): DomainError {
    return new DomainError('CONFLICT', `the cluster name ${JSON.stringify(name)} is taken`, {}, { cause });
  }

  /** Announces the change and returns the cluster as it is now. */
  async #announceChanged(
    em: EntityManager,
    ctx: RequestContext,
    change: ClusterChange,
    before: Audited | null,
  ): Promise<Cluster> {
    const [cluster] = await rowsBy(em, Cluster, 'id', [change.id]);
    if (!cluster) throw notFound('cluster', String(change.id));
    await this.#announce(em, ctx, change, before, audited(cluster));
    return cluster;
  }

  /** Tells every replica and the trail of changes. */
  async #announce(
    em: EntityManager,
    ctx: RequestContext,
    change: ClusterChange,
    before: Audited | null,
    after: Audited | null,
  ): Promise<void> {
    ctx.loaders.clear();
    await this.database.notifications.publish(em, CLUSTER_CHANGED, change);
    this.trail.record(em, ctx, `cluster.${change.change.toLowerCase()}`, before, after);
  }
}
