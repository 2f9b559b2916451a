import { ForeignKeyConstraintViolationException, UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { databaseNow } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import { type App, type AppService, type AppSpec, toSpec } from '../apps/index.js';
import { type AuditService, type Audited, Business } from '../identity/index.js';
import { CHART_GONE } from './deployedSpec.js';
import type { DeployedChartService } from './deployedChart.service.js';
import { Deployment } from './deployment.entity.js';
import type { NewDeployment, VersionChange } from './deployment.inputs.js';
import type { DeploymentService } from './deployment.service.js';
import {
  DeploymentAuditStatus,
  DeploymentStatus,
  DeploymentType,
  RequestState,
} from './deployment.states.js';
import { DEPLOYMENT_CHANGED, ROLLOUT_DUE } from './deployment.topics.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';
import { statusOf } from './rollout/rollout.js';

interface ChangeParts {
  database: Database;
  trail: AuditService;
  apps: AppService;
  deployments: DeploymentService;
  charts: DeployedChartService;
  /** Whether changes by business administrators need no audit. */
  autoDeploy: boolean;
}

/** A change as it is asked for. */
type Draft = Pick<
  DeploymentAudit,
  'deployType' | 'appName' | 'version' | 'spec' | 'appId' | 'chartDigest' | 'comment'
>;

export function auditedDeployment(deployment: Deployment): Audited {
  const { id, businessId, deployName, appName, version, cluster, nodeLabel, deployType, status } = deployment;
  const values = { deployName, appName, version, cluster, nodeLabel, deployType, status };
  return { type: 'Deployment', id, businessId, values };
}

const conflict = (message: string, cause?: Error): DomainError =>
  new DomainError('CONFLICT', message, {}, { cause });

const isWaiting = ({ request }: Deployment): boolean =>
  request === RequestState.PENDING || request === RequestState.APPROVED;

/** What installs charts may do anything in a cluster, which all businesses share. */
function requireChartApprover(ctx: RequestContext, spec: AppSpec | null): void {
  if (spec?.hasChart !== true || requirePrincipal(ctx).role === 4) return;
  throw new DomainError(
    'FORBIDDEN',
    'a chart may do anything in the clusters that all businesses share; a system administrator approves it',
  );
}

/** The business for which the caller makes something; FORBIDDEN when it has none. */
export function ownBusinessOf(ctx: RequestContext): number {
  const { businessId } = requirePrincipal(ctx);
  if (businessId !== null) return businessId;
  throw new DomainError('FORBIDDEN', 'you belong to no business, to which a deployment could belong');
}

/** What is asked of deployments. Whatever is approved is carried out by the rollout. */
export class ChangeService {
  constructor(private readonly parts: ChangeParts) {}

  /** NOT_FOUND for an unknown application or version. */
  async requireApp(em: EntityManager, businessId: number, appName: string, version: string): Promise<App> {
    const app = await this.parts.apps.findVersion(em, businessId, appName, version);
    if (app) return app;
    const name = JSON.stringify(`${appName} ${version}`);
    throw new DomainError('NOT_FOUND', `the business has no application ${name}`);
  }

  /** CONFLICT for a name that is taken. */
  async create(ctx: RequestContext, draft: NewDeployment): Promise<Deployment> {
    const businessId = ownBusinessOf(ctx);
    try {
      const { id } = await ctx.em.transactional(async (em) => {
        const app = await this.requireApp(em, businessId, draft.appName, draft.version);
        const deployment = em.create(Deployment, {
          ...draft,
          businessId,
          deployType: DeploymentType.NEW,
          status: DeploymentStatus.PENDING,
          appId: null,
          requestedAppId: app.id,
          changeId: null,
          changeType: null,
          request: null,
          outcome: null,
          dueAt: null,
        });
        await em.persist(deployment).flush();
        return this.#request(
          em,
          ctx,
          deployment,
          null,
          this.#deploying(app, DeploymentType.NEW, draft.comment),
        );
      });
      return await this.parts.deployments.get(ctx, String(id));
    } catch (error) {
      if (error instanceof ForeignKeyConstraintViolationException)
        throw conflict('the application is being deleted', error);
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw conflict(`your business has a deployment named ${draft.deployName} already`, error);
    }
  }

  /** CONFLICT while another change waits. */
  async upgrade(ctx: RequestContext, id: string, { version, comment }: VersionChange): Promise<Deployment> {
    return this.#change(ctx, id, async (em, deployment) => {
      this.#requireEditable(deployment);
      if (deployment.version === version) throw conflict(`it is deployed in version ${version} already`);
      const app = await this.requireApp(em, deployment.businessId, deployment.appName, version);
      return this.#deploying(app, DeploymentType.UPGRADE, comment);
    });
  }

  /** To what ran before, which needs no application any more. NOT_FOUND for a version that never ran. */
  async rollBack(ctx: RequestContext, id: string, { version, comment }: VersionChange): Promise<Deployment> {
    return this.#change(ctx, id, async (em, deployment) => {
      this.#requireEditable(deployment);
      const [earlier] = await em.find(
        DeploymentAudit,
        {
          deployment,
          version,
          begunAt: { $ne: null },
          spec: { $ne: null },
          id: { $ne: deployment.changeId },
        },
        { orderBy: { id: 'desc' }, limit: 1 },
      );
      if (!earlier) throw new DomainError('NOT_FOUND', `version ${version} was never deployed before`);
      const { spec, appName, chartDigest } = earlier;
      if (spec?.hasChart && chartDigest === null) throw conflict(CHART_GONE);
      const app = await this.parts.apps.findVersion(em, deployment.businessId, appName, version);
      const deployType = DeploymentType.ROLLBACK;
      return { deployType, appName, version, spec, appId: app?.id ?? null, chartDigest, comment };
    });
  }

  /** What never ran is gone at once. CONFLICT while another change waits, unless the caller need not be audited. */
  async remove(ctx: RequestContext, id: string, comment = ''): Promise<Deployment> {
    return this.#change(ctx, id, async (em, deployment) => {
      const { appName, version, deployType, changeType, changeId } = deployment;
      const waits = isWaiting(deployment);
      if (changeType === DeploymentType.DELETE || (waits && deployType === DeploymentType.DELETE))
        throw conflict('its deletion is asked for already');
      if (waits && changeId !== null && this.#needsAudit(ctx, null))
        throw conflict('another change of it waits; it can be deleted after that');
      await this.#withdraw(em, deployment);
      const nothing = { spec: null, appId: null, chartDigest: null };
      return { deployType: DeploymentType.DELETE, appName, version, ...nothing, comment };
    });
  }

  /** CONFLICT for a change that is decided; FORBIDDEN to approve a chart for all but system administrators. */
  async audit(
    ctx: RequestContext,
    id: string,
    status: DeploymentAuditStatus,
    comment = '',
  ): Promise<DeploymentAudit> {
    const { id: key, deploymentId } = await this.parts.deployments.getAudit(ctx, id);
    await ctx.em.transactional(async (em) => {
      const deployment = await this.#locked(em, deploymentId);
      const audit = await em.findOneOrFail(DeploymentAudit, key, { refresh: true });
      if (audit.status !== DeploymentAuditStatus.PENDING) throw conflict('this change is decided already');
      if (status === DeploymentAuditStatus.APPROVED) requireChartApprover(ctx, audit.spec);
      const before = auditedDeployment(deployment);
      audit.auditComment = comment;
      deployment.auditComment = comment;
      if (status !== DeploymentAuditStatus.PENDING) this.#decide(ctx, deployment, audit, status);
      await em.flush();
      if (!deployment.isLiving) await this.parts.charts.release(em, deployment);
      await this.#announce(em, ctx, 'deployment.audit', deployment, before);
    });
    return this.parts.deployments.getAudit(ctx, id);
  }

  #deploying(app: App, deployType: DeploymentType, comment: string): Draft {
    const { id: appId, name: appName, version, chartDigest } = app;
    return { deployType, appName, version, spec: toSpec(app), appId, chartDigest, comment };
  }

  #needsAudit(ctx: RequestContext, spec: AppSpec | null): boolean {
    const { role } = requirePrincipal(ctx);
    return role < 4 && (role < 3 || spec?.hasChart === true || !this.parts.autoDeploy);
  }

  #requireEditable(deployment: Deployment): void {
    if (deployment.changeId === null) throw conflict('it is not deployed yet');
    if (deployment.changeType === DeploymentType.DELETE) throw conflict('it is being deleted');
    if (isWaiting(deployment)) throw conflict('another change of it waits');
  }

  /** The deployment's row is locked while it is looked at; of two changes at the same time the later fails. */
  async #change(
    ctx: RequestContext,
    id: string,
    draftOf: (em: EntityManager, deployment: Deployment) => Promise<Draft>,
  ): Promise<Deployment> {
    const { id: key, revision } = await this.parts.deployments.get(ctx, id);
    try {
      await ctx.em.transactional(async (em) => {
        const deployment = await this.#locked(em, key);
        if (deployment.revision !== revision) throw conflict('another change of it was asked for meanwhile');
        if (deployment.status === DeploymentStatus.DELETED) throw notFound('deployment', id);
        const before = auditedDeployment(deployment);
        const draft = await draftOf(em, deployment);
        return this.#request(em, ctx, deployment, before, draft);
      });
      return await this.parts.deployments.get(ctx, id);
    } catch (error) {
      if (!(error instanceof ForeignKeyConstraintViolationException)) throw error;
      throw conflict('the application is being deleted', error);
    }
  }

  async #locked(em: EntityManager, id: number): Promise<Deployment> {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const deployment = await em.findOne(Deployment, { id }, { lockMode, refresh: true });
    if (!deployment) throw notFound('deployment', String(id));
    return deployment;
  }

  /** What waits for an audit, or for its turn, is not done any more. */
  async #withdraw(em: EntityManager, deployment: Deployment): Promise<void> {
    await em.nativeUpdate(
      DeploymentAudit,
      { deployment, status: { $ne: DeploymentAuditStatus.DISAPPROVED }, begunAt: null },
      { status: DeploymentAuditStatus.DISAPPROVED, auditComment: 'withdrawn', updatedAt: databaseNow() },
    );
    deployment.requestedAppId = null;
  }

  async #request(
    em: EntityManager,
    ctx: RequestContext,
    deployment: Deployment,
    before: Audited | null,
    draft: Draft,
  ): Promise<Deployment> {
    const { userName } = requirePrincipal(ctx);
    const business = await em.findOneOrFail(Business, deployment.businessId);
    const audit = em.create(DeploymentAudit, {
      ...draft,
      deployment,
      deploymentId: deployment.id,
      businessId: deployment.businessId,
      businessName: business.name,
      cluster: deployment.cluster,
      requestedBy: userName,
      status: DeploymentAuditStatus.PENDING,
      auditedBy: null,
      auditedAt: null,
      begunAt: null,
      settledAt: null,
      outcome: null,
    });
    const { deployType, comment, appId } = draft;
    Object.assign(deployment, { deployType, comment, requestedAppId: appId, auditComment: '' });
    deployment.request = RequestState.PENDING;
    deployment.revision += 1;
    if (deployType === DeploymentType.DELETE && deployment.changeId === null) this.#forget(deployment, audit);
    else if (this.#needsAudit(ctx, draft.spec))
      deployment.status = statusOf(deployment.request, deployment.outcome);
    else this.#decide(ctx, deployment, audit, DeploymentAuditStatus.APPROVED);
    await em.persist(audit).flush();
    if (!deployment.isLiving) await this.parts.charts.release(em, deployment);
    await this.#announce(em, ctx, `deployment.${deployType.toLowerCase()}`, deployment, before);
    return deployment;
  }

  /** Nothing of it is anywhere. */
  #forget(deployment: Deployment, audit: DeploymentAudit): void {
    audit.status = DeploymentAuditStatus.APPROVED;
    Object.assign(deployment, { isLiving: false, request: null, requestedAppId: null });
    deployment.outcome = DeploymentStatus.DELETED;
    deployment.status = DeploymentStatus.DELETED;
  }

  #decide(
    ctx: RequestContext,
    deployment: Deployment,
    audit: DeploymentAudit,
    status: DeploymentAuditStatus,
  ): void {
    const isApproved = status === DeploymentAuditStatus.APPROVED;
    audit.status = status;
    audit.auditedBy = requirePrincipal(ctx).userName;
    audit.auditedAt = databaseNow();
    deployment.request = isApproved ? RequestState.APPROVED : RequestState.DISAPPROVED;
    if (!isApproved) {
      deployment.requestedAppId = null;
      // It never ran, so its name is free again.
      if (deployment.changeId === null) deployment.isLiving = false;
    }
    deployment.status = statusOf(deployment.request, deployment.outcome);
  }

  async #announce(
    em: EntityManager,
    ctx: RequestContext,
    action: string,
    deployment: Deployment,
    before: Audited | null,
  ): Promise<void> {
    const { id, businessId, request } = deployment;
    const { notifications } = this.parts.database;
    ctx.loaders.clear();
    this.parts.trail.record(em, ctx, action, before, auditedDeployment(deployment));
    await notifications.publish(em, DEPLOYMENT_CHANGED, { id, businessId });
    if (request === RequestState.APPROVED) await notifications.publish(em, ROLLOUT_DUE, { id });
  }
}
