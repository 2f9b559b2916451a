import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { given } from './given.js';

/** The newest microversion that still tells what hypervisors use. */
const MICROVERSION = '2.87';

async function run(program: string, input = ''): Promise<string> {
  const child = spawn('bash', ['-c', '. "$0"; exec $1', given.cliOpenrc, program], {
    env: { ...process.env, OS_COMPUTE_API_VERSION: MICROVERSION, LC_ALL: 'C.UTF-8' },
  });
  child.stdin.end(input);
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (out.trim() === '' && problems !== '') throw new Error(`${program}: ${problems}`);
  return out;
}

const END = /^[\]}]$/m;

/** What each of these commands of `openstack` prints in JSON, in one process, since each takes a second to start. */
export async function openstack<T extends unknown[]>(...commands: string[]): Promise<T> {
  const out = await run('openstack', commands.map((command) => `${command} -f json\n`).join(''));
  const documents: unknown[] = [];
  // Outer brackets alone stand at the beginning of a line; an empty list is printed as such.
  let rest = out.trim();
  while (rest !== '') {
    const end = rest.startsWith('[]') ? 2 : (END.exec(rest)?.index ?? 0) + 1;
    documents.push(JSON.parse(rest.slice(0, end)));
    rest = rest.slice(end).trim();
  }
  if (documents.length !== commands.length)
    throw new Error(`${documents.length} answers to ${commands.length} commands: ${commands.join(', ')}`);
  return documents as T;
}

export interface Usage {
  inUse: number;
  limit: number;
}

/** What `cinder quota-usage` prints for a tenant, by its names of figures. */
export async function cinderUsage(tenant: string): Promise<Map<string, Usage>> {
  const table = await run(`cinder quota-usage ${tenant}`);
  return new Map(
    table
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, name, inUse]) => name !== undefined && name !== 'Type' && inUse !== undefined)
      .map(([, name = '', inUse, , limit]) => [name, { inUse: Number(inUse), limit: Number(limit) }]),
  );
}
