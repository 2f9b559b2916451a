import type { Apps } from '../../domains/apps/index.js';
import type { Deployments } from '../../domains/deployments/index.js';
import type { Edge } from '../../domains/edge/index.js';
import type { Identity, Permission } from '../../domains/identity/index.js';
import type { Images } from '../../domains/images/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { appEndpoints } from './app.endpoints.js';
import { type Features, authorizationEndpoints } from './authorization.endpoints.js';
import { businessEndpoints } from './business.endpoints.js';
import { clusterEndpoints } from './cluster.endpoints.js';
import { deployEndpoints } from './deploy.endpoints.js';
import { oteDialect } from './dialect.js';
import { nodeEndpoints } from './node.endpoints.js';
import { repositoryImageEndpoints } from './repositoryImage.endpoints.js';
import { repositoryProjectEndpoints } from './repositoryProject.endpoints.js';
import { repositoryThirdEndpoints } from './repositoryThird.endpoints.js';
import { repositoryUserEndpoints } from './repositoryUser.endpoints.js';
import { userEndpoints } from './user.endpoints.js';

interface OteFaces {
  identity: Identity;
  edge: Edge;
  images: Images;
  apps: Apps;
  deployments: Deployments;
}

/** ote-stack (001, 002). */
export function oteSystem(
  { identity, edge, images, apps, deployments }: OteFaces,
  authorise: Authorise<Permission>,
  features: Features,
) {
  const endpoints: Endpoint<Permission>[] = [
    ...authorizationEndpoints(identity, images, features),
    ...userEndpoints(identity),
    ...businessEndpoints(identity),
    ...clusterEndpoints(edge),
    ...nodeEndpoints(edge),
    ...repositoryImageEndpoints(images),
    ...repositoryUserEndpoints(images),
    ...repositoryProjectEndpoints(images),
    ...repositoryThirdEndpoints(images),
    ...appEndpoints(apps),
    ...deployEndpoints(deployments),
  ];
  return { dialect: oteDialect(authorise), endpoints, rows: endpoints };
}
