import { createSecureContext } from 'node:tls';
import type { ImageRegistry } from '../../domains/images/imageRegistry.port.js';
import type { HttpLimits } from '../../net/boundedHttp.js';
import { HarborConnection } from './connection.js';
import { projects } from './projects.js';
import { repositories } from './repositories.js';
import { users } from './users.js';

export interface HarborLimits extends HttpLimits {
  /** Milliseconds before the second try of what only reads, at most. */
  firstRetry: number;
}

/** A page of 100 artifacts, each with tags and annotations, has some 500 KB. */
const LIMITS: HarborLimits = {
  patience: { step: 10_000, call: 30_000 },
  mostBytes: 16_777_216,
  connections: 16,
  firstRetry: 100,
};

export interface HarborParts {
  /** Where Harbor is: scheme, host and port. */
  url: string;
  /** Certificates (PEM) that vouch for its; the system's where undefined. */
  ca?: string | undefined;
  /** What this deployment is called in Via. */
  viaName: string;
  limits?: HarborLimits;
}

/** Harbor 2.3 and newer, by its v2.0 API. Connects to nothing yet. */
export function createHarbor({ limits = LIMITS, ca, ...parts }: HarborParts): ImageRegistry {
  const secureContext = ca === undefined ? undefined : createSecureContext({ ca });
  const connection = new HarborConnection({ ...limits, ...parts, secureContext });
  return { ...users(connection), ...projects(connection), ...repositories(connection) };
}
