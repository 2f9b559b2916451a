import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { type Command, print } from './commands/command.js';
import { COMMANDS, SERVE } from './commands/index.js';
import { describeSettings, readConfig } from './config/config.js';
import { VERSION } from './config/version.js';
import { DomainError } from './kernel/errors.js';
import { createLoggers } from './kernel/logger.js';

const OPTIONS = { help: 'this text', version: 'the version' };

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

/** What an operator can do something about comes without a stack: our own complaints, the system's and the database's. */
function reasonOf(error: unknown): string {
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  if (error instanceof DomainError || code !== undefined) return message ?? String(code);
  return stack ?? String(error);
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
  return run(config, loggers).finally(flush);
}

async function main(args: readonly string[]): Promise<number> {
  let command = SERVE;
  try {
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
