import type { Command } from './command.js';

/** What is done without any option. */
export const SERVE: Command = {
  description: 'serve until SIGTERM or SIGINT',
  deed: 'start',
  load: () => import('./serve.js'),
};

/** What an option of the same name does instead. */
export const COMMANDS: Readonly<Record<string, Command>> = {};
