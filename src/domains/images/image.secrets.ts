import type { SealedColumn } from '../../database/sealed.js';

/** The passwords of accounts of external repositories. */
export const REPOSITORY_SECRETS: SealedColumn = {
  table: 'external_repositories',
  key: 'uid',
  column: 'password',
  contextOf: (uid) => `external repository ${uid}`,
};

/** The passwords of accounts of the image repository. */
export const ACCOUNT_SECRETS: SealedColumn = {
  table: 'harbor_accounts',
  key: 'user_id',
  column: 'password',
  contextOf: (userId) => `harbor account ${userId}`,
};

/** Those that passwords are being changed to. */
export const NEXT_SECRETS: SealedColumn = {
  ...ACCOUNT_SECRETS,
  column: 'next_password',
  contextOf: (userId) => `next of harbor account ${userId}`,
};
