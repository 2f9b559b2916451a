import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/settings.js';
import { lockUntilEnd } from '../../database/advisoryLock.js';
import type { Database } from '../../database/database.js';
import { DomainError } from '../../kernel/errors.js';
import type { Logger } from '../../log/logger.js';
import { looksOf } from '../../kernel/names.js';
import { parse } from '../../kernel/validation.js';
import type { AuditService, Origin } from './audit.service.js';
import { auditedUser } from './audited.js';
import { USER_SESSIONS_ENDED } from './identity.topics.js';
import { type PasswordHasher, generatePassword } from './passwords.js';
import { endSessionsOf } from './sessionEnds.service.js';
import { User, UserStatus, nameKeyOf } from './user.entity.js';
import { PASSWORDS, USER_FIELDS } from './user.inputs.js';

/** Where a password that was made up here stays until it is changed. */
export interface PasswordFile {
  readonly path: string;
  read(): string | undefined;
  write(password: string): void;
  remove(): void;
}

/** The system administrator with a password that was made up here. */
export interface NewPassword {
  name: string;
  password: string;
  /** The file that holds it until it is changed. */
  file: string;
}

type AdministratorConfig = Pick<Config, 'ADMIN_USER' | 'ADMIN_PASSWORD'>;

export interface AdministratorParts {
  database: Database;
  hasher: PasswordHasher;
  trail: AuditService;
  file: PasswordFile;
  logger: Logger;
  config: AdministratorConfig;
}

/** Nobody's network: what the process itself hashes is no caller's. */
const OWN = '';

/** The system administrator of the first start, whose password is never lost. */
export class AdministratorService {
  constructor(private readonly parts: AdministratorParts) {}

  /**
   * Makes the system administrator when there is none. A password that is made up here is in its file, and told to
   * `announce`, before it is stored: whatever fails afterwards, somebody knows it. BAD_INPUT for a weak ADMIN_PASSWORD.
   */
  async ensure(announce: (made: NewPassword) => void): Promise<void> {
    const { database, config, file } = this.parts;
    if (await hasAdministrator(database.fork())) return;
    const { name, given } = givenAdministrator(config);
    await database.fork().transactional(async (em) => {
      // One replica at a time, so that no other tells a password that is not used.
      await lockUntilEnd(em, 'firstAdministrator');
      if (await hasAdministrator(em)) return;
      const password = given || generatePassword();
      if (!given) {
        file.write(password);
        announce({ name, password, file: file.path });
      }
      await this.#make(em, name, password);
    });
  }

  /** A new password for the system administrator, which ends its sessions and lets it log in again whatever its status. */
  async reset(): Promise<NewPassword> {
    const { database, hasher, trail, file, config } = this.parts;
    const password = generatePassword();
    const passwordHash = await hasher.hash(password, OWN);
    return database.fork().transactional(async (em) => {
      const administrators = await em.find(
        User,
        { isSystemAdministrator: true },
        { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      const named = administrators.find(({ nameKey }) => nameKey === nameKeyOf(config.ADMIN_USER));
      const user = named ?? administrators[0];
      if (!user) {
        throw new DomainError('CONFLICT', 'there is no system administrator yet; the first start makes one');
      }
      file.write(password);
      const before = auditedUser(user);
      Object.assign(user, { passwordHash, status: UserStatus.APPROVED });
      await endSessionsOf(em, database.notifications, user.id);
      const origin: Origin = { principal: null, address: 'command line', requestId: randomUUID() };
      trail.record(em, origin, 'user.resetPassword', before, auditedUser(user));
      return { name: user.name, password, file: file.path };
    });
  }

  /** Removes the file once the password in it is no longer the administrator's, and says so when ADMIN_PASSWORD is not. */
  async watch(): Promise<void> {
    const { database, config, logger } = this.parts;
    database.notifications.subscribe(
      USER_SESSIONS_ENDED,
      () => void this.#attempt(async () => this.#removeOldFile()),
    );
    await this.#attempt(async () => {
      await this.#removeOldFile();
      if (config.ADMIN_PASSWORD === '' || (await this.#isPasswordOf(config.ADMIN_PASSWORD))) return;
      logger.warn(
        'ADMIN_PASSWORD is not the password of the system administrator that is stored: only the first start uses it; npm start -- --reset-admin makes a new one',
      );
    });
  }

  async #attempt(check: () => Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      this.parts.logger.warn({ err: error }, "the system administrator's password cannot be checked");
    }
  }

  async #removeOldFile(): Promise<void> {
    const password = this.parts.file.read();
    if (password === undefined || (await this.#isPasswordOf(password))) return;
    // Unless it was written anew in the meantime.
    if (this.parts.file.read() === password) this.parts.file.remove();
  }

  /** Whether a system administrator has it. */
  async #isPasswordOf(password: string): Promise<boolean> {
    const { database, hasher } = this.parts;
    const administrators = await database.fork().find(User, { isSystemAdministrator: true });
    for (const { passwordHash } of administrators) {
      if (await hasher.fits(passwordHash, password, OWN)) return true;
    }
    return false;
  }

  async #make(em: EntityManager, name: string, password: string): Promise<void> {
    const user = em.create(User, {
      name,
      nameKey: nameKeyOf(name),
      nameLooks: looksOf(name),
      status: UserStatus.APPROVED,
      isAdmin: true,
      isSystemAdministrator: true,
      businessId: null,
      passwordHash: await this.parts.hasher.hash(password, OWN),
    });
    try {
      await em.persist(user).flush();
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new DomainError(
        'CONFLICT',
        `ADMIN_USER ${JSON.stringify(name)} is, or looks like, a user who is no administrator; set another`,
        {},
        { cause: error },
      );
    }
  }
}

/** The settings of the first start: `given` is empty for a password to be made up. BAD_INPUT for what no user could have. */
export function givenAdministrator({ ADMIN_USER, ADMIN_PASSWORD }: AdministratorConfig) {
  const name = parse(USER_FIELDS.user, ADMIN_USER, ['ADMIN_USER']);
  const given = ADMIN_PASSWORD && parse(PASSWORDS.graph, ADMIN_PASSWORD, ['ADMIN_PASSWORD']);
  return { name, given };
}

export async function hasAdministrator(em: EntityManager): Promise<boolean> {
  return (await em.count(User, { isSystemAdministrator: true })) > 0;
}
