import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type AppParts, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config/config.js';
import type { SettingName } from '../../src/config/settings.js';
import type { Database } from '../../src/database/database.js';
import { loggersTo } from '../../src/log/logger.js';
import type { HashCost } from '../../src/domains/identity/index.js';
import type { QueuePace } from '../../src/domains/jobs/index.js';
import { openTestDatabase } from './database.js';

export const ADMIN = { user: 'admin', password: 'Correct-Horse-7' } as const;

/** Next to nothing: most tests are not about how dear a guess is. */
const CHEAP_HASH: HashCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** As quick as the queue's library allows. */
export const QUICK: QueuePace = {
  polling: 0.5,
  firstRetry: 0,
  lastRetry: 1,
  supervision: 1,
  firstStart: 0.02,
  lastStart: 0.1,
  secondLook: 0.2,
};

export type Environment = Partial<Record<SettingName, string>>;

export interface TestServer {
  url: string;
  app: App;
  database: Database;
  /** Everything that was logged, one JSON object a line. */
  log(): string;
  /** Logs in as the system administrator. */
  adminToken(): Promise<string>;
  stop(): Promise<void>;
}

/** The whole server in this process, on a free port and a database of its own; clusters are watched and jobs done only with `background`. */
export async function startServer(environment: Environment = {}, parts: AppParts = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const lines: string[] = [];
  const loggers = loggersTo({ write: (line) => void lines.push(line) }, 'debug');
  const config = readConfig({
    PORT: '0',
    DATA_DIR: folder,
    ADMIN_PASSWORD: ADMIN.password,
    // Most tests register whom they need.
    SIGN_UPS: '1000',
    ...environment,
  });
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const database = parts.database ?? (await openTestDatabase(loggers.logger));
  const app = await startApp(config, loggers, {
    hashCost: CHEAP_HASH,
    queuePace: QUICK,
    background: false,
    ...parts,
    database,
  }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const { url } = app;
  return {
    url,
    app,
    database,
    log: () => lines.join(''),
    adminToken: () => logIn(url, ADMIN.user, ADMIN.password),
    stop: async () => {
      await app.stop();
      removeFolder();
    },
  };
}

/** An access token, by the REST door. */
export async function logIn(url: string, user: string, password: string): Promise<string> {
  const response = await fetch(`${url}/v1/authorization`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`log-in answered ${response.status}`);
  return token;
}

export interface GraphQLAnswer<T> {
  status: number;
  data: T | null | undefined;
  errors: {
    message: string;
    path?: (string | number)[];
    extensions: Record<string, unknown> & { code: string };
  }[];
}

/** One GraphQL request over HTTP. */
export async function query<T = Record<string, unknown>>(
  url: string,
  document: string,
  {
    variables,
    token,
    headers,
  }: { variables?: object; token?: string | undefined; headers?: Record<string, string> } = {},
): Promise<GraphQLAnswer<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query: document, variables }),
  });
  const body = (await response.json()) as Partial<GraphQLAnswer<T>>;
  return { status: response.status, data: body.data, errors: body.errors ?? [] };
}
