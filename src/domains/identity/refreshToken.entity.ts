import { DateTimeType } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Session } from './session.entity.js';

/** A refresh token, by its hash only. Used ones stay until the session is removed, so that reuse is noticed. */
@Entity({ tableName: 'refresh_tokens' })
export class RefreshToken {
  /** SHA-256 of the token, in hexadecimal. */
  @PrimaryKey({ type: 'text' })
  hash!: string;

  @Index()
  @ManyToOne(() => Session, { deleteRule: 'cascade', updateRule: 'no action' })
  session!: Session;

  @Index()
  @Property({ type: DateTimeType, length: 3 })
  expiresAt!: Date;

  @Property({ type: DateTimeType, length: 3, nullable: true })
  usedAt: Date | null = null;

  /** The network of the client that used it. */
  @Property({ type: 'text', nullable: true })
  usedFrom: string | null = null;

  /** The beginning of the access token that was answered for it, by the clock of the replica. */
  @Property({ type: DateTimeType, length: 3, nullable: true })
  answeredAt: Date | null = null;
}
