import { type RequestHandler, Router } from 'express';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/settings.js';
import type { Health } from '../kernel/health.js';
import { Networks } from '../kernel/networks.js';
import type { Expose } from './metrics.js';

/** Milliseconds. */
const PROBE_TIMEOUT = 2000;

export type Probe = () => Promise<Health>;

export interface Lifecycle {
  /** Set for the while in which requests are still served but balancers shall turn away. */
  isStopping: boolean;
}

/** Whether the database can do its work, and says so in time. */
export function probing(check: Probe): Probe {
  const late = { ready: false, detail: 'the database does not answer in time' };
  return async () => Promise.race([check(), delay(PROBE_TIMEOUT, late, { ref: false })]);
}

const STOPPING: Health = { ready: false, detail: 'the server is stopping' };

interface Operations {
  config: Pick<Config, 'METRICS_NETWORKS'>;
  probe: Probe;
  isWithin: (networks: Networks, request: IncomingMessage) => boolean;
  registry: ReturnType<Expose>;
  lifecycle: Lifecycle;
}

/** What operators watch: liveness, readiness, metrics. */
export function operationsRouter({ config, probe, isWithin, registry, lifecycle }: Operations): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const { ready, detail } = lifecycle.isStopping ? STOPPING : await probe();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable', detail });
  });

  const networks = new Networks(config.METRICS_NETWORKS);
  const restrict: RequestHandler = (request, response, next) => {
    if (isWithin(networks, request)) next();
    else response.status(403).json({ error: 'metrics are read from METRICS_NETWORKS only' });
  };
  router.get('/metrics', restrict, async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
