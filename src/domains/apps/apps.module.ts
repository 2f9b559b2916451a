import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import { App } from './app.entity.js';
import { appReference } from './app.reference.js';
import { AppResolver, BusinessAppsResolver } from './app.resolver.js';
import { AppService } from './app.service.js';
import { ChartService } from './chart.service.js';
import { ChartFile } from './chartFile.entity.js';
import type { Images } from './images.port.js';

export function createApps(
  { config }: Pick<Base, 'config'>,
  { businesses, trail }: Pick<Identity, 'businesses' | 'trail'>,
  images: Images,
) {
  return {
    apps: new AppService(trail, images, config.WRITABLE_HOST_PATHS),
    businesses,
    charts: new ChartService(),
  };
}

export type Apps = ReturnType<typeof createApps>;

/** What businesses can deploy. */
export const apps: Module<Apps> = {
  entities: [App, ChartFile],
  resolvers: ({ apps: service, businesses }) => [
    new AppResolver(service, businesses),
    new BusinessAppsResolver(service),
  ],
  references: ({ apps: service }) => ({ App: appReference(service) }),
};
