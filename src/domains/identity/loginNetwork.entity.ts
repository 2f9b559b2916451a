import { DateTimeType, PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from './user.entity.js';

/** A network from which a user has logged in, so that strangers' failures elsewhere do not lock the user out. */
@Entity({ tableName: 'login_networks' })
export class LoginNetwork {
  [PrimaryKeyProp]?: ['user', 'network'];

  @ManyToOne(() => User, { primary: true, deleteRule: 'cascade', updateRule: 'no action' })
  user!: User;

  /** An IPv4 address, or the /64 of an IPv6 one. */
  @PrimaryKey({ type: 'text' })
  network!: string;

  /** The last log-in. */
  @Index()
  @Property({ type: DateTimeType, length: 3 })
  seenAt!: Date;
}
