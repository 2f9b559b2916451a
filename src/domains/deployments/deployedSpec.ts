import type { AppSpec } from '../apps/index.js';

/** What a change runs, as the application said when it was asked for. */
export type DeployedSpec = AppSpec;
