import type { SealedColumn } from '../../database/sealed.js';

/** The passwords of LCMs. */
export const DATA_CENTER_SECRETS: SealedColumn = {
  table: 'data_centers',
  key: 'id',
  column: 'lcm_pwd',
  contextOf: (id) => `data center ${id}`,
};
