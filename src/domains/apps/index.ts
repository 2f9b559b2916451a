export type { AppSpec } from './appSpec.js';
