import type { EntityManager } from '@mikro-orm/postgresql';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Config } from '../../config/settings.js';
import type { RequestContext } from '../../kernel/context.js';
import { requirePrincipal } from '../../kernel/context.js';
import { checkPassword, generatePassword, hashPassword } from './passwords.js';
import { User, UserStatus, nameKeyOf } from './user.entity.js';

export class UserService {
  constructor(private readonly config: Pick<Config, 'ADMIN_USER' | 'ADMIN_PASSWORD'>) {}

  /** The caller. */
  async viewer(ctx: RequestContext): Promise<User> {
    return ctx.em.findOneOrFail(User, requirePrincipal(ctx).userId);
  }

  /** The user with this name and password, or null; it takes the same time for an unknown name. */
  async findByPassword(em: EntityManager, name: string, password: string): Promise<User | null> {
    const user = await em.findOne(User, { nameKey: nameKeyOf(name) });
    return (await checkPassword(user?.passwordHash, password)) ? user : null;
  }

  /**
   * Makes the system administrator when there is none. Returns the password when it was made up here,
   * which is the only time that it can be told.
   */
  async ensureAdministrator(em: EntityManager): Promise<{ name: string; password: string } | null> {
    if ((await em.count(User, { isSystemAdministrator: true })) > 0) return null;
    const name = this.config.ADMIN_USER;
    const password = this.config.ADMIN_PASSWORD || generatePassword();
    const user = em.create(User, {
      name,
      nameKey: nameKeyOf(name),
      status: UserStatus.APPROVED,
      isAdmin: true,
      isSystemAdministrator: true,
      passwordHash: await hashPassword(password),
    });
    try {
      await em.persist(user).flush();
    } catch (error) {
      // Another replica made it in the meantime.
      if (error instanceof UniqueConstraintViolationException) return null;
      throw error;
    }
    return this.config.ADMIN_PASSWORD ? null : { name, password };
  }
}
