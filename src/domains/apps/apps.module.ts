import type { Identity } from '../identity/index.js';
import type { Images } from '../images/index.js';
import type { Base, Module } from '../module.js';
import { App } from './app.entity.js';
import { appReference } from './app.reference.js';
import { AppResolver, BusinessAppsResolver } from './app.resolver.js';
import { AppService } from './app.service.js';
import { ChartService } from './chart.service.js';
import { ChartFile } from './chartFile.entity.js';
import { ChartFileService } from './chartFile.service.js';

export function createApps(
  { config }: Pick<Base, 'config'>,
  { businesses, trail }: Pick<Identity, 'businesses' | 'trail'>,
  images: Pick<Images, 'externalRepositories' | 'registry'>,
) {
  const chartFiles = new ChartFileService();
  const service = new AppService(trail, images, chartFiles, config.WRITABLE_HOST_PATHS);
  return {
    apps: service,
    businesses,
    registry: images.registry,
    charts: new ChartService(service, chartFiles, config.CHART_LIMIT),
    chartFiles,
  };
}

export type Apps = ReturnType<typeof createApps>;

/** What businesses can deploy. */
export const apps: Module<Apps> = {
  entities: [App, ChartFile],
  resolvers: ({ apps: service, businesses, charts, registry }) => [
    new AppResolver(service, { charts, businesses, registry }),
    new BusinessAppsResolver(service),
  ],
  references: ({ apps: service }) => ({ App: appReference(service) }),
};
