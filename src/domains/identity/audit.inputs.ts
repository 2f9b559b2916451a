import { DateTimeFilter, IdFilter, StringFilter } from '../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { AuditEvent } from './auditEvent.entity.js';

export const AuditEventList = listOf(AuditEvent, {
  items: 'changes',
  unordered: 'the newest first',
  fields: {
    id: { by: 'key', order: true },
    actorId: { by: 'who made it', filter: IdFilter },
    actorName: { by: 'the name of who made it', filter: StringFilter },
    action: { by: 'what was done', filter: StringFilter, order: true },
    objectType: { by: 'the type of the object', filter: StringFilter },
    objectId: { by: 'the key of the object', filter: StringFilter },
    address: { by: 'the network address', filter: StringFilter },
    requestId: { by: 'the request', filter: StringFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
  },
});
export type AuditEventArgs = ArgsOf<typeof AuditEventList>;
