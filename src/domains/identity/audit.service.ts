import type { EntityManager } from '@mikro-orm/postgresql';
import { page } from '../../database/page.js';
import type { RequestContext } from '../../kernel/context.js';
import { requirePrincipal } from '../../kernel/context.js';
import { type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import type { AuditEventArgs } from './audit.inputs.js';
import { AuditEvent, type Snapshot } from './auditEvent.entity.js';
import { tenantOf } from './tenancy.js';

/** Who makes a change, from where, in which request. */
export type Origin = Pick<RequestContext, 'principal' | 'address' | 'requestId'>;

export interface Change {
  /** Such as user.create. */
  action: string;
  objectType: string;
  objectId: string | number;
  /** The tenant of the object; null for none. */
  businessId: number | null;
  before: Snapshot | null;
  after: Snapshot | null;
}

/** The values that differ, on both sides. */
function difference(before: Snapshot | null, after: Snapshot | null): [Snapshot | null, Snapshot | null] {
  if (!before || !after) return [before, after];
  const changed = Object.keys(after).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (of: Snapshot) => Object.fromEntries(changed.map((key) => [key, of[key] ?? null]));
  return [pick(before), pick(after)];
}

const NEWEST_FIRST = { property: 'id', direction: SortDirection.DESC };

/** The trail of changes. */
export class AuditService {
  /** Adds to the transaction that makes the change, so that neither is without the other. */
  record(em: EntityManager, ctx: Origin, change: Change): void {
    const [before, after] = difference(change.before, change.after);
    em.persist(
      em.create(AuditEvent, {
        actorId: ctx.principal?.userId ?? null,
        actorName: ctx.principal?.userName ?? null,
        address: ctx.address,
        requestId: ctx.requestId,
        action: change.action,
        objectType: change.objectType,
        objectId: String(change.objectId),
        businessId: change.businessId,
        before,
        after,
      }),
    );
  }

  /** The newest first unless ordered otherwise; a business administrator sees its business's. */
  async list(ctx: RequestContext, args: AuditEventArgs, selection: Selection): Promise<Page<AuditEvent>> {
    const scope = tenantOf(requirePrincipal(ctx));
    return page(ctx.reader, AuditEvent, { args, scope, order: NEWEST_FIRST, selection });
  }
}
