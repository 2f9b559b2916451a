import { z } from 'zod';
import { OLD_PASSWORD, PASSWORDS, type User, USER_FIELDS, UserStatus } from '../../domains/identity/index.js';
import { toSeconds } from './common.wire.js';

/** ote 002, User Management 7: the documented numbers. */
const STATUSES = [
  UserStatus.PENDING,
  UserStatus.APPROVED,
  UserStatus.DISAPPROVED,
  UserStatus.FORBIDDEN,
] as const;

export const StatusNumber = z
  .int()
  .min(0)
  .max(STATUSES.length - 1)
  .meta({ description: '0: Pending 1: Approved 2: Not approved 3: Forbidden' });

export function statusFromWire(number: number): UserStatus {
  return STATUSES[number] ?? UserStatus.PENDING;
}

export const UserBody = z.object({ ...USER_FIELDS, password: PASSWORDS.ote });
export const PasswordBody = z.object({ password: PASSWORDS.ote });
export const ChangePasswordBody = z.object({
  oldPassword: OLD_PASSWORD,
  password: PASSWORDS.ote,
});
export const StatusBody = z.object({ status: StatusNumber });

export const UserWire = z.object({
  id: z.int(),
  user: z.string(),
  status: StatusNumber,
  realName: z.string(),
  phone: z.string(),
  createTime: z.int().meta({ description: 'Seconds since 1970' }),
  updateTime: z.int().meta({ description: 'Seconds since 1970' }),
});

export function toUserWire({
  id,
  name,
  status,
  realName,
  phone,
  createdAt,
  updatedAt,
}: User): z.infer<typeof UserWire> {
  return {
    id,
    user: name,
    status: STATUSES.indexOf(status),
    realName,
    phone,
    createTime: toSeconds(createdAt),
    updateTime: toSeconds(updatedAt),
  };
}
