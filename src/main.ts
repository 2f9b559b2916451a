import 'reflect-metadata';
import { parseArgs } from 'node:util';
import type { Command } from './commands/command.js';
import { COMMANDS, SERVE } from './commands/index.js';
import { describeSettings, readConfig } from './config/config.js';
import { VERSION } from './config/version.js';
import { DomainError } from './kernel/errors.js';
import { createLoggers } from './log/logger.js';

/** The major version that the code is written for. */
const NODE = 24;

const OPTIONS = { help: 'this text', version: 'the version' };

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function usage(): string {
  const described = Object.entries(COMMANDS).map(([name, { description }]) => [name, description] as const);
  const lines = [...described, ...Object.entries(OPTIONS)].map(
    ([name, description]) => `  --${name.padEnd(12)} ${description}`,
  );
  return `Isthmus ${VERSION}: one GraphQL graph over every platform, and the REST APIs that older clients speak.

Usage: npm start [-- OPTION]

Without an option: ${SERVE.description}.
${lines.join('\n')}
`;
}

/** On one line, without a stack. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  const { message } = error as { message?: string };
  const lines = (message ?? String(error)).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** The name of the one option that was given, if any. */
function readOption(args: readonly string[]): string | undefined {
  const names = [...Object.keys(COMMANDS), ...Object.keys(OPTIONS)];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const }]));
  const [option, ...more] = Object.keys(parseArgs({ args: [...args], options }).values);
  if (more.length > 0) throw new DomainError('BAD_INPUT', `--${option} and --${more[0]} do not go together`);
  return option;
}

async function execute({ load }: Command): Promise<number> {
  const config = readConfig();
  const { flush, ...loggers } = createLoggers(config.LOG_LEVEL);
  // Loaded late: --help and a wrong setting answer without waiting for everything else.
  const { run } = await load();
  try {
    return await run(config, loggers, print);
  } catch (error) {
    loggers.logger.debug({ err: error }, 'where it failed');
    throw error;
  } finally {
    flush();
  }
}

async function main(args: readonly string[]): Promise<number> {
  // What is kept in DATA_DIR is this user's alone, whoever writes it.
  process.umask(0o077);
  let command = SERVE;
  try {
    if (Number.parseInt(process.versions.node, 10) < NODE) {
      throw new DomainError(
        'NOT_CONFIGURED',
        `it needs Node ${NODE}, and this is ${process.version}; npm start takes the one that npm ci installs`,
      );
    }
    const option = readOption(args);
    if (option === 'help') print(`${usage()}\n${describeSettings()}`);
    else if (option === 'version') print(VERSION);
    else {
      command = COMMANDS[option ?? ''] ?? SERVE;
      return await execute(command);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`Isthmus cannot ${command.deed}: ${reasonOf(error)}\n`);
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
