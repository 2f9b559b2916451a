import type { Opt } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** What is counted against whom; with the columns that rate-limiter-flexible expects, which reads and writes it. */
@Entity({ tableName: 'login_failures' })
export class LoginFailure {
  @PrimaryKey({ type: 'text' })
  key!: string;

  @Property({ type: 'integer', default: 0 })
  points!: Opt<number>;

  /** Milliseconds since 1970. */
  @Property({ type: 'bigint', nullable: true })
  expire!: string | null;
}
