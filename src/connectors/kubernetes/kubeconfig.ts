import { extname } from 'node:path';
import { z } from 'zod';
import { badInput, type DomainError } from '../../kernel/errors.js';
import { threadPool } from '../../kernel/threadPool.js';
import { type Reading, readYaml } from '../../kernel/yamlText.js';
import { tidy } from '../../net/text.js';

const MOST_BYTES = 262_144;
/** Which take a few ms to read; what is larger is read in a thread. */
const MOST_BYTES_HERE = 16_384;
/** Milliseconds until the thread ends when it has no work. */
const LONGEST_IDLE = 10_000;
/** Characters of a name in a message. */
const MOST_QUOTED = 80;

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
/** What must not be there is not overlooked for being of another type. */
const anything = z.unknown().optional();

const clusterSchema = z.object({
  server: optionalText,
  'tls-server-name': optionalText,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'certificate-authority': anything,
  'certificate-authority-data': optionalText,
  'proxy-url': anything,
});

const userSchema = z.object({
  token: optionalText,
  tokenFile: anything,
  username: optionalText,
  password: optionalText,
  'client-certificate': anything,
  'client-certificate-data': optionalText,
  'client-key': anything,
  'client-key-data': optionalText,
  exec: anything,
  'auth-provider': anything,
  as: anything,
  'as-uid': anything,
  'as-groups': anything,
  'as-user-extra': anything,
});

const contextSchema = z.object({ cluster: optionalText, user: optionalText });

const listSchema = z.array(z.looseObject({ name: z.string() })).nullish();
const kubeconfigSchema = z.object({
  'current-context': optionalText,
  contexts: listSchema,
  clusters: listSchema,
  users: listSchema,
});

export type KubeconfigCluster = z.output<typeof clusterSchema>;
export type KubeconfigUser = z.output<typeof userSchema>;

/** The cluster and the user that the current context names. */
export interface CurrentContext {
  clusterName: string;
  cluster: KubeconfigCluster;
  userName: string;
  user: KubeconfigUser;
}

/** How messages name something of the kubeconfig. */
export const quoted = (name: string): string => JSON.stringify(tidy(name, MOST_QUOTED));

/** Names what is wrong with it, and never what it holds. */
export function badKubeconfig(message: string): DomainError {
  return badInput([{ path: 'kubeconfig', message }]);
}

const threads = threadPool<string, Reading>({
  filename: new URL(`../../kernel/yamlText${extname(import.meta.url)}`, import.meta.url).href,
  name: readYaml.name,
  minThreads: 0,
  maxThreads: 1,
  idleTimeout: LONGEST_IDLE,
});

async function valueOf(text: string): Promise<unknown> {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) throw badKubeconfig(`is larger than ${MOST_BYTES} bytes`);
  const reading = bytes > MOST_BYTES_HERE ? await threads.run(text) : readYaml(text);
  if ('fault' in reading) throw badKubeconfig(reading.fault);
  return reading.value;
}

function checked<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.');
  const what = [path, where].filter(Boolean).join(' of ');
  throw badKubeconfig(`${what || 'it'} is not what a kubeconfig has there: ${issue?.message}`);
}

type Named = z.output<typeof listSchema>;

function find<T extends z.ZodType>(
  list: Named,
  kind: 'context' | 'cluster' | 'user',
  name: string,
  schema: T,
): z.output<T> {
  const entry = list?.find((candidate) => candidate.name === name);
  const named = `${kind} ${quoted(name)}`;
  if (!entry) throw badKubeconfig(`has no ${named}`);
  return checked(schema, entry[kind], `the ${named}`);
}

/** Reads a kubeconfig as far as its current context goes. Throws BAD_INPUT. */
export async function readKubeconfig(text: string): Promise<CurrentContext> {
  const value = await valueOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badKubeconfig('is no kubeconfig');
  }
  const config = checked(kubeconfigSchema, value, '');
  const contextName = config['current-context'];
  if (contextName === undefined) throw badKubeconfig('has no current-context');
  const context = find(config.contexts, 'context', contextName, contextSchema);
  if (context.cluster === undefined) throw badKubeconfig('its current context names no cluster');
  if (context.user === undefined) throw badKubeconfig('its current context names no user');
  return {
    clusterName: context.cluster,
    cluster: find(config.clusters, 'cluster', context.cluster, clusterSchema),
    userName: context.user,
    user: find(config.users, 'user', context.user, userSchema),
  };
}

/** Its current context alone, with nothing that runs a program or opens a file, for others that read a kubeconfig. */
export async function standaloneConfig(text: string): Promise<string> {
  const { cluster, user } = await readKubeconfig(text);
  const { token, username, password } = user;
  const name = 'isthmus';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          'tls-server-name': cluster['tls-server-name'],
          'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] ?? undefined,
          'certificate-authority-data': cluster['certificate-authority-data'],
        },
      },
    ],
    users: [
      {
        name,
        user: {
          token,
          username,
          password,
          'client-certificate-data': user['client-certificate-data'],
          'client-key-data': user['client-key-data'],
        },
      },
    ],
  });
}
