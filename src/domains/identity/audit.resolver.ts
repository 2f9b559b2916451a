import { Args, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { type ListArgs, type Page, listArgsOf } from '../../kernel/pages.js';
import {
  AuditEventConnection,
  AuditEventFilter,
  AuditEventOrder,
  type AuditEventOrderField,
} from './audit.inputs.js';
import type { AuditService } from './audit.service.js';
import type { AuditEvent } from './auditEvent.entity.js';
import type { Permission } from './permissions.js';

const AuditEventsArgs = listArgsOf(
  AuditEventFilter,
  AuditEventOrder,
  'changes',
  'the newest first when left out',
);

@Resolver()
export class AuditResolver {
  constructor(private readonly service: AuditService) {}

  @Authorized<Permission>('audit:read')
  @Query(() => AuditEventConnection, {
    description: "Who changed what: in the caller's business; everywhere for a system administrator",
  })
  async auditEvents(
    @Ctx() ctx: RequestContext,
    @Args(() => AuditEventsArgs) args: ListArgs<AuditEventFilter, AuditEventOrderField>,
  ): Promise<Page<AuditEvent>> {
    return this.service.list(ctx, args);
  }
}
