import { Args, ArgsType, Authorized, Ctx, Field, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { type Order, type Page, PageArgs } from '../../kernel/pages.js';
import {
  AuditEventConnection,
  AuditEventFilter,
  AuditEventOrder,
  type AuditEventOrderField,
} from './audit.inputs.js';
import type { AuditService } from './audit.service.js';
import type { AuditEvent } from './auditEvent.entity.js';
import type { Permission } from './permissions.js';

@ArgsType()
class AuditEventsArgs extends PageArgs {
  @Field(() => AuditEventFilter, { nullable: true, description: 'Which changes; all when left out' })
  filter?: AuditEventFilter | null;

  @Field(() => [AuditEventOrder], {
    nullable: true,
    description: 'In which order; the newest first when left out',
  })
  orderBy?: Order<AuditEventOrderField>[] | null;
}

@Resolver()
export class AuditResolver {
  constructor(private readonly service: AuditService) {}

  @Authorized<Permission>('audit:read')
  @Query(() => AuditEventConnection, {
    description: "Who changed what: in the caller's business; everywhere for a system administrator",
  })
  async auditEvents(
    @Ctx() ctx: RequestContext,
    @Args(() => AuditEventsArgs) { filter = null, orderBy = null, ...page }: AuditEventsArgs,
  ): Promise<Page<AuditEvent>> {
    return this.service.list(ctx, { page, filter, orderBy });
  }
}
