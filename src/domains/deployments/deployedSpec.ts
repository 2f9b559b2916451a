import type { AppSpec } from '../apps/index.js';

/** What a change runs, as the application said when it was asked for. */
export type DeployedSpec = AppSpec;

/** Of one that was deleted before changes kept theirs. */
export const CHART_GONE = 'the chart is gone, as its application was deleted';
