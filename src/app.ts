import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as setDelay } from 'node:timers/promises';
import { readSecrets } from './config/secretKey.js';
import type { Config } from './config/settings.js';
import { VERSION } from './config/version.js';
import type { Database } from './database/database.js';
import type { Folder } from './database/folder.js';
import { explainUse } from './database/startFailures.js';
import { isGraphql, openDoors } from './doors.js';
import { type NewPassword, fillNameLooks } from './domains/identity/index.js';
import { corsFor } from './http/cors.js';
import type { Doors } from './http/front.js';
import type { Expose } from './http/metrics.js';
import type { Offer } from './http/offer.js';
import { traceRequest } from './http/traceRequest.js';
import { Networks } from './kernel/networks.js';
import type { Loggers } from './log/logger.js';
import { type Listening, listen } from './http/listen.js';
import { gather } from './modules.js';
import { type Opened, openOurs } from './opened.js';
import { type ServiceParts, createServices } from './services.js';

export interface App {
  url: string;
  /** Serves on for `delay` ms, as one that is not ready, then lets requests in flight finish. */
  stop(delay?: number): Promise<void>;
}

const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/** What sends traces is loaded only where there is somewhere to send them. */
async function startTelemetry(
  config: Config,
  logger: Loggers['logger'],
  pause: number | undefined,
): Promise<(() => Promise<void>) | undefined> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return undefined;
  const telemetry = await import('./telemetry/index.js');
  return telemetry.startTelemetry(config, { version: VERSION, logger, pause });
}

async function serve(
  config: Config,
  opened: Opened,
  loggers: Loggers,
  {
    background = true,
    announce = () => {},
    expose,
    keepAlive,
    tracePause,
    ...replaced
  }: Omit<AppParts, 'database' | 'folder'>,
): Promise<App> {
  const { database } = opened;
  const services = await createServices(config, opened, loggers, replaced);
  await fillNameLooks(database);
  const { administrators } = services.identity;
  await administrators.ensure(announce);
  const { transmit } = services.transmit;
  const { basePath } = services;
  const inBackground = gather(services, (module, face) => module.background?.(face));
  const lifecycle = { isStopping: false };
  const doors = await openDoors({ config, database, loggers, services, lifecycle, expose, keepAlive });
  const allowOrigins = corsFor(config);
  const trustedNetworks = new Networks(config.TRUSTED_NETWORKS);
  const stopTelemetry = await startTelemetry(config, loggers.logger, tracePause);

  const request = (incoming: IncomingMessage, response: ServerResponse, offer?: Offer): void => {
    const isTrusted = () => services.identity.callers.isWithin(trustedNetworks, incoming);
    traceRequest(incoming, response, isTrusted, () => answer(incoming, response, offer));
  };
  const answer = (incoming: IncomingMessage, response: ServerResponse, offer?: Offer): void => {
    if (transmit.matches(incoming.url ?? '')) {
      if (allowOrigins) allowOrigins(incoming, response, () => transmit.handle(incoming, response, offer));
      else transmit.handle(incoming, response, offer);
      return;
    }
    doors.handle(incoming, response);
  };

  const front: Doors = {
    request,
    isWebSocket: (incoming) => isGraphql(incoming) && isWebSocket(incoming),
    webSocket: (incoming, socket, head) => doors.subscriptions.upgrade(incoming, socket, head),
    takesOffers: (incoming) => transmit.matches(incoming.url ?? ''),
    refuse: doors.refuse,
    spell: (target, error, address) => doors.spell(basePath.takenOff(target), error, address),
  };
  const listening: Listening = await listen(config, front, basePath);
  const watching = administrators.watch();
  if (background) for (const service of inBackground) service.start();
  return {
    url: listening.url,
    stop: async (delay = 0) => {
      const rest = Math.min(delay, config.SHUTDOWN_TIMEOUT);
      lifecycle.isStopping = true;
      listening.retire();
      await setDelay(rest);
      await watching;
      await Promise.all([
        listening.close(config.SHUTDOWN_TIMEOUT - rest),
        doors.stop(),
        transmit.close(),
        ...inBackground.map(async (service) => service.stop()),
      ]);
      await database.close();
      await stopTelemetry?.();
    },
  };
}

/** What a test replaces, and what the process adds. */
export interface AppParts extends ServiceParts {
  /** Called with the password that was made up for the system administrator, before it is stored. */
  announce?: (made: NewPassword) => void;
  database?: Database;
  /** Of the embedded database, where it was taken already. */
  folder?: Folder | undefined;
  /** Whether clusters are watched and jobs are done. */
  background?: boolean;
  /** Which metrics are told; by default those of this process. */
  expose?: Expose | undefined;
  /** Milliseconds in which a client of a WebSocket must show that it is there. */
  keepAlive?: number;
  /** Milliseconds between messages to the collector of traces. */
  tracePause?: number;
}

/** Opens the database, builds everything on it and serves. */
export async function startApp(
  config: Config,
  loggers: Loggers,
  { database, folder, ...parts }: AppParts = {},
): Promise<App> {
  const opened = database
    ? { database, secrets: readSecrets(config) }
    : await openOurs(config, loggers.logger, 'migrate', folder);
  try {
    return await serve(config, opened, loggers, parts);
  } catch (error) {
    await opened.database.close();
    throw explainUse(error, config);
  }
}
