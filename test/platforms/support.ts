import { readConfig } from '../../src/config/config.js';
import { readSecrets } from '../../src/config/secretKey.js';
import type { Platforms } from '../../src/domains/platforms/index.js';
import { type Principal, type RequestContext, createContext } from '../../src/kernel/context.js';
import { createLogger } from '../../src/log/logger.js';
import { createServices } from '../../src/services.js';
import { ADMINISTRATOR } from '../support/administrator.js';
import { type Environment, type TestServer, query } from '../support/server.js';
import { SECRET_KEY } from '../identity/support/world.js';

export interface Calling {
  faces: Platforms;
  /** Of a system administrator, unless it is said otherwise. */
  contextOf: (caller?: Partial<Principal> | null, signal?: AbortSignal) => RequestContext;
}

/** The services of a server that was started with SECRET_KEY, made once more on its database. */
export async function callingOn(
  { database }: Pick<TestServer, 'database'>,
  environment: Environment = {},
): Promise<Calling> {
  const config = readConfig({ SECRET_KEY, ...environment });
  const logger = createLogger('silent', { write: () => undefined });
  const opened = { database, secrets: readSecrets(config) };
  const { platforms } = await createServices(config, opened, { logger, requests: logger });
  const contextOf = (caller: Partial<Principal> | null = {}, signal = new AbortController().signal) =>
    createContext({
      requestId: 'test',
      principal: caller && { ...ADMINISTRATOR, ...caller },
      address: '192.0.2.1',
      reader: database.reader,
      forkManager: () => database.fork(),
      signalOf: () => signal,
    });
  return { faces: platforms, contextOf };
}

export const ACCESS_KEY = { accessKey: 'AKIDEXAMPLE', secretKey: 'a-very-secret-key-of-the-access-key' };

/** Registers a platform of this kind at the port of the loopback address; returns its id. */
export async function registerPlatform(
  server: TestServer,
  port: number,
  more: Record<string, unknown> = {},
  token?: string,
): Promise<string> {
  const input = {
    name: 'ModelArts',
    kind: 'MODELARTS',
    protocol: 'HTTP',
    host: '127.0.0.1',
    port,
    region: 'cn-north-4',
    projectId: '0123456789abcdef0123456789abcdef',
    ...more,
  };
  const { data, errors } = await query<{ registerPlatform: { platform: { id: string } } }>(
    server.url,
    'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
    { variables: { input }, token: token ?? (await server.adminToken()) },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.registerPlatform.platform.id;
}

export async function updatePlatform(server: TestServer, id: string, changes: object): Promise<void> {
  const { errors } = await query(
    server.url,
    'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { id } } }',
    { variables: { input: { id, ...changes } }, token: await server.adminToken() },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}
