// The server with clouds that a test plays: each page is asked for by HTTP at the address of the LCM.
import 'reflect-metadata';
import type { CloudConnector } from '../../../src/domains/datacenters/cloud.port.js';

type Starting = typeof import('../../../src/app.js');
type Configuring = typeof import('../../../src/config/config.js');
type Logging = typeof import('../../../src/log/logger.js');

const built = (name: string) => new URL(`../../../dist/${name}`, import.meta.url).href;
const { startApp } = (await import(built('app.js'))) as Starting;
const { readConfig } = (await import(built('config/config.js'))) as Configuring;
const { createLogger } = (await import(built('log/logger.js'))) as Logging;

const hostKey = 'ssh-ed25519 AAAA';

const cloudConnector: CloudConnector = {
  test: async () => ({ failure: null, reason: null, hostKey }),
  open: async ({ address, user }, signal) => ({
    hostKey,
    missing: [],
    read: async function* (kind) {
      const answer = await fetch(`http://${address}/${user}/${kind}`, {
        headers: { 'x-process': String(process.pid) },
        signal,
      });
      if (!answer.ok) throw new Error(`the cloud answered ${answer.status}`);
      yield [];
    },
    portsOf: async () => [],
    close: async () => undefined,
  }),
  readHost: async ({ address }) => {
    throw new Error(`no host behind ${address} can be logged in to`);
  },
};

const logger = createLogger('warn', process.stderr);
const app = await startApp(readConfig(process.env), { logger, requests: logger }, { cloudConnector });
process.stdout.write(`serves at ${app.url}\n`);
process.once('SIGTERM', () => void app.stop());
