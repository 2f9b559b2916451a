import type { EntityManager } from '@mikro-orm/postgresql';
import { page } from '../../database/page.js';
import type { RequestContext } from '../../kernel/context.js';
import { requirePrincipal } from '../../kernel/context.js';
import { type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import type { AuditEventArgs } from './audit.inputs.js';
import { AuditEvent, type Audited, type Snapshot } from './auditEvent.entity.js';
import { tenantOf } from './tenancy.js';

/** Who makes a change, from where, in which request. */
export type Origin = Pick<RequestContext, 'principal' | 'address' | 'requestId'>;

/** The values that differ, on both sides. */
function difference(before: Snapshot | null, after: Snapshot | null): [Snapshot | null, Snapshot | null] {
  if (!before || !after) return [before, after];
  const changed = Object.keys(after).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (of: Snapshot) => Object.fromEntries(changed.map((key) => [key, of[key] ?? null]));
  return [pick(before), pick(after)];
}

/** What is told of a change, on both sides. */
function snapshotsOf(before: Audited | null, after: Audited | null): [Snapshot | null, Snapshot | null] {
  const [was, is] = difference(before?.values ?? null, after?.values ?? null);
  const isReplaced = before?.secret != null && after?.secret != null && before.secret !== after.secret;
  return [was, isReplaced ? { ...is, secretReplaced: true } : is];
}

const NEWEST_FIRST = { property: 'id', direction: SortDirection.DESC };

/** The trail of changes. */
export class AuditService {
  /**
   * Adds to the transaction that makes the change, so that neither is without the other. The action is such as
   * `user.create`; an object that is new has no `before`, one that is gone no `after`.
   */
  record(
    em: EntityManager,
    { principal, address, requestId }: Origin,
    action: string,
    before: Audited | null,
    after: Audited | null,
  ): void {
    const object = after ?? before;
    if (!object) throw new TypeError(`${action} is no change`);
    const [was, is] = snapshotsOf(before, after);
    em.persist(
      em.create(AuditEvent, {
        actorId: principal?.userId ?? null,
        actorName: principal?.userName ?? null,
        address,
        requestId,
        action,
        objectType: object.type,
        objectId: String(object.id),
        businessId: object.businessId,
        before: was,
        after: is,
      }),
    );
  }

  /** The newest first unless ordered otherwise; a business administrator sees its business's. */
  async list(ctx: RequestContext, args: AuditEventArgs, selection: Selection): Promise<Page<AuditEvent>> {
    const scope = tenantOf(requirePrincipal(ctx));
    return page(ctx.reader, AuditEvent, { args, scope, order: NEWEST_FIRST, selection });
  }
}
