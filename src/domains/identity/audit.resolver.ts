import type { GraphQLResolveInfo } from 'graphql';
import { Args, Authorized, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { type AuditEventArgs, AuditEventList } from './audit.inputs.js';
import type { AuditService } from './audit.service.js';
import type { AuditEvent } from './auditEvent.entity.js';
import type { Permission } from './permissions.js';

@Resolver()
export class AuditResolver {
  constructor(private readonly service: AuditService) {}

  @Authorized<Permission>('audit:read')
  @Query(() => AuditEventList.Connection, {
    description: "Who changed what: in the caller's business; everywhere for a system administrator",
  })
  async auditEvents(
    @Ctx() ctx: RequestContext,
    @Args(() => AuditEventList.Args) args: AuditEventArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<AuditEvent>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }
}
