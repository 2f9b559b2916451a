import type { SealedColumn } from '../../database/sealed.js';

/** The credentials of platforms. */
export const PLATFORM_SECRETS: SealedColumn = {
  table: 'platforms',
  key: 'id',
  column: 'credentials',
  contextOf: (id) => `platform ${id}`,
};
