import { type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/settings.js';
import type { Database } from '../database/database.js';
import type { Health } from '../database/health.js';
import type { CallerService } from '../domains/identity/index.js';
import { Networks } from '../kernel/networks.js';

const PROBE_TIMEOUT = 2000;

export interface Lifecycle {
  /** Set for the while in which requests are still served but balancers shall turn away. */
  isStopping: boolean;
}

/** Whether the database can do its work, and says so in time. */
export async function probe(database: Database): Promise<Health> {
  const late = delay(
    PROBE_TIMEOUT,
    { ready: false, detail: 'the database does not answer in time' },
    { ref: false },
  );
  return Promise.race([database.health(), late]);
}

const STOPPING: Health = { ready: false, detail: 'the server is stopping' };

interface Operations {
  config: Config;
  database: Database;
  callers: CallerService;
  registry: Registry;
  lifecycle: Lifecycle;
}

/** What operators watch: liveness, readiness, metrics. */
export function operationsRouter({ config, database, callers, registry, lifecycle }: Operations): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const { ready, detail } = lifecycle.isStopping ? STOPPING : await probe(database);
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable', detail });
  });

  const networks = new Networks(config.METRICS_NETWORKS);
  const restrict: RequestHandler = (request, response, next) => {
    if (callers.isWithin(networks, request)) next();
    else response.status(403).json({ error: 'metrics are read from METRICS_NETWORKS only' });
  };
  router.get('/metrics', restrict, async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
