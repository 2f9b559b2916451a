export { App, DeployType } from './app.entity.js';
export { APP_FIELDS } from './app.fields.js';
export { type AppService, NAME_MODES, type NameMode } from './app.service.js';
export type { AppSpec } from './appSpec.js';
export { type Apps, apps, createApps } from './apps.module.js';
export { CHART_FIELDS } from './chart.inputs.js';
export type { ChartService } from './chart.service.js';
export { toSpec } from './toSpec.js';
