import { DateTimeType } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from './user.entity.js';

/** One log-in. Every access and refresh token belongs to one; when it ends, they all stop working. */
@Entity({ tableName: 'sessions' })
export class Session {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Index()
  @ManyToOne(() => User, { deleteRule: 'cascade', updateRule: 'no action' })
  user!: User;

  @Property({ type: DateTimeType, length: 3 })
  createdAt!: Date;

  /** The caller's network address at log-in. */
  @Property({ type: 'text' })
  address!: string;

  /** A session that is not used until then has ended. */
  @Index()
  @Property({ type: DateTimeType, length: 3 })
  expiresAt!: Date;

  @Index()
  @Property({ type: DateTimeType, length: 3, nullable: true })
  endedAt: Date | null = null;
}

/** Whether the session's tokens work. */
export function isLive(session: Pick<Session, 'endedAt' | 'expiresAt'>, now: Date): boolean {
  return session.endedAt === null && session.expiresAt > now;
}
