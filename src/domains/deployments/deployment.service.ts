import type { Filter } from '../../database/condition.js';
import type { Listing } from '../../database/listing.js';
import { numberedPage } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { pagesOf } from '../../database/pagesOf.js';
import { rowPerKey, rowsBy } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import { type NumberedPage, type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import { parseId } from '../../kernel/validation.js';
import { NAME_MODES, type NameMode } from '../apps/index.js';
import { tenantOf } from '../identity/index.js';
import { Deployment, DeploymentTarget } from './deployment.entity.js';
import { type DeploymentArgs, DeploymentList } from './deployment.inputs.js';
import { DeploymentAuditStatus, DeploymentStatus } from './deployment.states.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';
import { type DeploymentAuditArgs, DeploymentAuditList } from './deploymentAudit.inputs.js';
import { type DeploymentTargetArgs, DeploymentTargetList } from './deploymentTarget.inputs.js';

export interface DeploymentSearch extends NumberedPage {
  appName?: string | undefined;
  nameMode: NameMode;
  editable?: boolean | undefined;
  /** Only those of which pods run. */
  isRunning: boolean;
}

export interface AuditSearch extends NumberedPage {
  businessName?: string | undefined;
  direction: SortDirection;
}

/** What fields that are no columns follow from. */
const NEEDS = { app: ['appId'], business: ['businessId'] };
const NOT_DELETED: Filter = { not: { status: { eq: DeploymentStatus.DELETED } } };
const BY_ID = { property: 'id', direction: SortDirection.ASC };
/** Changes that were made, in their order; a deletion is the last. */
const MADE: Filter = { status: { eq: DeploymentAuditStatus.APPROVED }, begunAt: { gt: new Date(0) } };

/** What belongs to a deployment. */
export const TARGETS = {
  entity: DeploymentTarget,
  owner: 'deploymentId',
  paths: DeploymentTargetList.paths,
} as const;
export const AUDITS = {
  entity: DeploymentAudit,
  owner: 'deploymentId',
  paths: DeploymentAuditList.paths,
} as const;
export const HISTORY = { ...AUDITS, scope: MADE } as const;

/** Those with a target in the cluster. */
export const IN_CLUSTER = { entity: DeploymentTarget, owner: 'clusterId', row: 'deploymentId' } as const;

const listing = (args: DeploymentArgs, selection: Selection): Listing => ({ args, selection, needs: NEEDS });

const scopeOf = (ctx: RequestContext): Filter => tenantOf(requirePrincipal(ctx));

/** What runs where, as the caller may see it. */
export class DeploymentService {
  /** NOT_FOUND for a foreign deployment as for none. */
  async get(ctx: RequestContext, id: string): Promise<Deployment> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('deployment', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<Deployment | null> {
    const key = parseId(id);
    if (key === null) return null;
    const scope = scopeOf(ctx);
    const loader = ctx.loaders.of<number, Deployment | null>(Deployment, async (ids) =>
      rowPerKey(ctx.reader, Deployment, 'id', ids, { scope, needs: { id: ['appId', 'revision'] } }),
    );
    return loader.load(key);
  }

  /** The deployment of this name that lives, else the last that never ran. CONFLICT where it could be one of several. */
  async getByName(ctx: RequestContext, name: string): Promise<Deployment> {
    const scope = { and: [NOT_DELETED, scopeOf(ctx)] };
    const wanted = { scope, order: [BY_ID], needs: { id: ['isLiving'] } };
    const all = await rowsBy(ctx.reader, Deployment, 'deployName', [name], wanted);
    const [living, another] = all.filter(({ isLiving }) => isLiving);
    const found = living ?? all.at(-1);
    if (!found)
      throw new DomainError('NOT_FOUND', `no deployment has the name ${JSON.stringify(name.slice(0, 80))}`);
    if (another)
      throw new DomainError('CONFLICT', 'several businesses have a deployment of this name; use its id');
    return found;
  }

  async list(ctx: RequestContext, args: DeploymentArgs, selection: Selection): Promise<Page<Deployment>> {
    const { paths } = DeploymentList;
    return page(ctx.reader, Deployment, { ...listing(args, selection), paths, scope: scopeOf(ctx) });
  }

  /** Of a business, of an application, or in a cluster; for several of them in one statement. */
  async listOf(
    ctx: RequestContext,
    owner: 'businessId' | 'appId' | typeof IN_CLUSTER,
    key: number,
    args: DeploymentArgs,
    selection: Selection,
  ): Promise<Page<Deployment>> {
    const { paths } = DeploymentList;
    const wanted = { ...listing(args, selection), paths, scope: scopeOf(ctx) };
    // At one place of a document the arguments are the same.
    const loader = ctx.loaders.of<number, Page<Deployment>>(selection, async (keys) =>
      pagesOf(ctx.reader, Deployment, wanted, owner, keys),
    );
    return loader.load(key);
  }

  /** Those that are not gone, in the order of their keys. */
  async search(
    ctx: RequestContext,
    { appName, nameMode, editable, isRunning, ...numbered }: DeploymentSearch,
  ): Promise<[Deployment[], number]> {
    const wanted = {
      ...NOT_DELETED,
      appName: { [NAME_MODES[nameMode]]: appName },
      editable: { eq: editable },
      ...(isRunning && { running: { gt: 0 } }),
    };
    const scope = { and: [wanted, scopeOf(ctx)] };
    return numberedPage(ctx.reader, Deployment, { scope, order: BY_ID, ...numbered });
  }

  /** Each version that was deployed, in the order in which it first was. */
  async versions(ctx: RequestContext, id: number): Promise<string[]> {
    const made = await rowsBy(ctx.reader, DeploymentAudit, 'deploymentId', [id], {
      scope: MADE,
      order: [BY_ID],
    });
    return [...new Set(made.map(({ version }) => version))];
  }

  /** NOT_FOUND for a foreign change as for none. */
  async getAudit(ctx: RequestContext, id: string): Promise<DeploymentAudit> {
    const key = parseId(id);
    const scope = scopeOf(ctx);
    const [found] = await rowsBy(ctx.reader, DeploymentAudit, 'id', key === null ? [] : [key], { scope });
    if (!found) throw notFound('change of a deployment', id);
    return found;
  }

  /** The changes of all deployments. */
  async listAudits(
    ctx: RequestContext,
    args: DeploymentAuditArgs,
    selection: Selection,
  ): Promise<Page<DeploymentAudit>> {
    return page(ctx.reader, DeploymentAudit, { args, selection, scope: scopeOf(ctx) });
  }

  async searchAudits(
    ctx: RequestContext,
    { businessName, direction, ...numbered }: AuditSearch,
  ): Promise<[DeploymentAudit[], number]> {
    const scope = { and: [{ businessName: { contains: businessName } }, scopeOf(ctx)] };
    return numberedPage(ctx.reader, DeploymentAudit, {
      scope,
      order: { property: 'id', direction },
      ...numbered,
    });
  }

  async targetsOf(
    ctx: RequestContext,
    id: number,
    args: DeploymentTargetArgs,
    selection: Selection,
  ): Promise<Page<DeploymentTarget>> {
    const { owner, paths } = TARGETS;
    const listed = { args, selection, paths, needs: { cluster: ['clusterId'] } };
    const loader = ctx.loaders.of<number, Page<DeploymentTarget>>(selection, async (ids) =>
      pagesOf(ctx.reader, DeploymentTarget, listed, owner, ids),
    );
    return loader.load(id);
  }

  /** Its changes: all, or those that were made. */
  async auditsOf(
    ctx: RequestContext,
    id: number,
    args: DeploymentAuditArgs,
    selection: Selection,
    { owner, ...which }: typeof AUDITS | typeof HISTORY = AUDITS,
  ): Promise<Page<DeploymentAudit>> {
    const loader = ctx.loaders.of<number, Page<DeploymentAudit>>(selection, async (ids) =>
      pagesOf(ctx.reader, DeploymentAudit, { args, selection, ...which }, owner, ids),
    );
    return loader.load(id);
  }
}
