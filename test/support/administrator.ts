import type { Principal } from '../../src/kernel/context.js';

/** A system administrator, in whose name services are asked without a server. */
export const ADMINISTRATOR: Principal = {
  userId: 1,
  userName: 'admin',
  role: 4,
  businessId: null,
  sessionId: '00000000-0000-4000-8000-000000000000',
  expiresAt: new Date(2 ** 42),
};
