import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import { ExternalRepository } from './externalRepository.entity.js';
import { ExternalRepositoryResolver } from './externalRepository.resolver.js';
import { ExternalRepositoryService } from './externalRepository.service.js';
import { HarborAccount } from './harborAccount.entity.js';
import { HarborAccountResolver } from './harborAccount.resolver.js';
import { HarborAccountService } from './harborAccount.service.js';
import { externalRepositoryReference } from './image.reference.js';
import { ImageProjectResolver, ImageRepositoryResolver } from './image.resolver.js';
import { ACCOUNT_SECRETS, NEXT_SECRETS, REPOSITORY_SECRETS } from './image.secrets.js';
import { ImageService } from './image.service.js';
import { ImageProjectService } from './imageProject.service.js';
import { ImageReferenceService } from './imageReference.service.js';
import type { ImageRegistry } from './imageRegistry.port.js';
import { RegistryAccess } from './registryAccess.service.js';
import type { RegistryProbe } from './registryProbe.port.js';

/** How foreign systems are reached; each is loaded when it is first asked for. */
interface ImageConnectors {
  harbor: () => Promise<ImageRegistry>;
  registryProbe: () => Promise<RegistryProbe>;
}

export function createImages(
  { config, database, secrets }: Base,
  { businesses, trail, users }: Pick<Identity, 'businesses' | 'trail' | 'users'>,
  { harbor, registryProbe }: ImageConnectors,
) {
  const { HARBOR_URL: url, HARBOR_ADMIN_USER: user, HARBOR_ADMIN_PASSWORD: password } = config;
  const administrator = user === '' ? null : { user, password };
  const access = new RegistryAccess({ url, administrator }, harbor);
  const accounts = new HarborAccountService({ database, trail, secrets, access });
  const images = new ImageService(access, accounts, trail);
  users.onRemoval((em, userId) => accounts.forget(em, userId));
  return {
    accounts,
    businesses,
    externalRepositories: new ExternalRepositoryService({ trail, secrets, probe: registryProbe }),
    images,
    projects: new ImageProjectService(access, accounts, trail),
    registry: new ImageReferenceService(access, images),
  };
}

export type Images = ReturnType<typeof createImages>;

/** The image repository, and registries elsewhere. */
export const images: Module<Images> = {
  entities: [HarborAccount, ExternalRepository],
  sealed: [REPOSITORY_SECRETS, ACCOUNT_SECRETS, NEXT_SECRETS],
  resolvers: ({ accounts, businesses, externalRepositories, images: service, projects }) => [
    new ExternalRepositoryResolver(externalRepositories, businesses),
    new HarborAccountResolver(accounts),
    new ImageProjectResolver(projects, service),
    new ImageRepositoryResolver(service),
  ],
  references: ({ externalRepositories }) => ({
    ExternalRepository: externalRepositoryReference(externalRepositories),
  }),
};
