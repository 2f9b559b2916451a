import type { Opt } from '@mikro-orm/core';
import { Check, Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What all replicas on one database share: one row. */
@Entity({ tableName: 'installation' })
@Check({ name: 'installation_single_check', expression: '"single"' })
export class Installation {
  @PrimaryKey({ type: 'boolean', default: true })
  single!: Opt<boolean>;

  /** Told apart from that of every other deployment. */
  @Property({ type: 'uuid' })
  id!: string;

  /** Of the key under which secrets are sealed. */
  @Property({ type: 'text', nullable: true })
  secretKeyId!: string | null;
}
