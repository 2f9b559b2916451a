import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import type { SecurityScheme } from '../../../openapi/operation.js';
import { Platform } from '../platform.entity.js';

/** What describes the operations of a platform, apart from what lists read. */
@Entity({ tableName: 'platform_documents' })
export class PlatformDocument {
  @ManyToOne(() => Platform, {
    primary: true,
    deleteRule: 'cascade',
    updateRule: 'no action',
    foreignKeyName: 'platform_documents_platform_id_fkey',
  })
  platform!: Platform;

  @Property({ type: 'uuid', fieldName: 'platform_id', persist: false })
  platformId!: string;

  /** As it was given. */
  @Property({ type: 'text' })
  text!: string;

  /** SHA-256 of the text, in hexadecimal digits. */
  @Property({ type: 'text' })
  digest!: string;

  /** How callers are let in, by the names under which credentials are kept. */
  @Property({ type: 'jsonb' })
  securitySchemes!: Record<string, SecurityScheme>;
}
