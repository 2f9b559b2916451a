import type { Command } from './command.js';

/** What is done without any option. */
export const SERVE: Command = {
  description: 'serve until SIGTERM or SIGINT',
  deed: 'start',
  load: () => import('./serve.js'),
};

/** What an option of the same name does instead. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    description:
      'tell whether a start would succeed, and change nothing; ends with 0, with 1 if not, with 2 if it would migrate the database first',
    deed: 'start',
    load: () => import('./check.js'),
  },
  migrate: {
    description: 'bring the database up to date, as a start does',
    deed: 'bring the database up to date',
    load: () => import('./migrate.js'),
  },
  rewrap: {
    description:
      'seal stored secrets that an earlier key holds with SECRET_KEY; ends with 1 if some are left',
    deed: 'change the key',
    load: () => import('./rewrap.js'),
  },
  'reset-admin': {
    description: 'give the system administrator a new password, which ends its sessions',
    deed: "reset the administrator's password",
    load: () => import('./resetAdmin.js'),
  },
};
