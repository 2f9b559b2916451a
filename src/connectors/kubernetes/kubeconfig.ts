import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { badInput, type DomainError } from '../../kernel/errors.js';
import { tidy } from './text.js';

const MOST_BYTES = 262_144;
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

/** Names what is wrong with it, and never what it holds. */
export function badKubeconfig(message: string): DomainError {
  return badInput([{ path: 'kubeconfig', message }]);
}

function readYaml(text: string): unknown {
  if (Buffer.byteLength(text) > MOST_BYTES) throw badKubeconfig(`is larger than ${MOST_BYTES} bytes`);
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
    const [error] = document.errors;
    if (error) throw badKubeconfig(`is no valid YAML: line ${lineCounter.linePos(error.pos[0]).line}`);
    // Aliases can make a small text a huge value, and no tool writes them here.
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return value;
  } catch (error) {
    if (error instanceof ReferenceError) throw badKubeconfig('must not use YAML aliases');
    if (error instanceof RangeError) throw badKubeconfig('is nested too deeply');
    throw error;
  }
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
  const named = `${kind} ${JSON.stringify(tidy(name, MOST_QUOTED))}`;
  if (!entry) throw badKubeconfig(`has no ${named}`);
  return checked(schema, entry[kind], `the ${named}`);
}

/** Reads a kubeconfig as far as its current context goes. Throws BAD_INPUT. */
export function readKubeconfig(text: string): CurrentContext {
  const value = readYaml(text);
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
