import cors from 'cors';
import type { Config } from '../config/settings.js';

/** Lets the pages of CORS_ORIGINS call; undefined when there are none, since CORS is closed by default. */
export function corsFor(config: Pick<Config, 'CORS_ORIGINS'>): ReturnType<typeof cors> | undefined {
  if (config.CORS_ORIGINS.length === 0) return undefined;
  return cors({
    origin: [...config.CORS_ORIGINS],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600,
  });
}
