import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Config } from '../../config/settings.js';
import { type PasswordHasher, generatePassword } from './passwords.js';
import { User, UserStatus, nameKeyOf } from './user.entity.js';

/** The system administrator of the first start. */
export class AdministratorService {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly config: Pick<Config, 'ADMIN_USER' | 'ADMIN_PASSWORD'>,
  ) {}

  /**
   * Makes the system administrator when there is none. Returns the password when it was made up here,
   * which is the only time that it can be told.
   */
  async ensure(em: EntityManager): Promise<{ name: string; password: string } | null> {
    if ((await em.count(User, { isSystemAdministrator: true })) > 0) return null;
    const name = this.config.ADMIN_USER;
    const password = this.config.ADMIN_PASSWORD || generatePassword();
    const user = em.create(User, {
      name,
      nameKey: nameKeyOf(name),
      status: UserStatus.APPROVED,
      isAdmin: true,
      isSystemAdministrator: true,
      businessId: null,
      passwordHash: await this.hasher.hash(password),
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
