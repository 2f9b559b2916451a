import type {
  ClusterLabelService,
  ClusterService,
  NodeLabelService,
  NodeListService,
} from '../../domains/edge/index.js';
import type {
  BusinessService,
  Permission,
  SessionService,
  UserService,
} from '../../domains/identity/index.js';
import type { Endpoint } from '../kit/endpoint.js';
import type { Authorise } from '../kit/dialect.js';
import { authorizationEndpoints } from './authorization.endpoints.js';
import { businessEndpoints } from './business.endpoints.js';
import { clusterEndpoints } from './cluster.endpoints.js';
import { oteDialect } from './dialect.js';
import { nodeEndpoints } from './node.endpoints.js';
import { userEndpoints } from './user.endpoints.js';

interface OteServices {
  businesses: BusinessService;
  clusterLabels: ClusterLabelService;
  clusters: ClusterService;
  nodeLabels: NodeLabelService;
  nodeLists: NodeListService;
  sessions: SessionService;
  users: UserService;
}

/** ote-stack (001, 002). */
export function oteSystem(services: OteServices, authorise: Authorise<Permission>) {
  const { businesses, clusterLabels, clusters, nodeLabels, nodeLists, sessions, users } = services;
  const endpoints: Endpoint<Permission>[] = [
    ...authorizationEndpoints(sessions),
    ...userEndpoints(users),
    ...businessEndpoints(businesses),
    ...clusterEndpoints(clusters, clusterLabels),
    ...nodeEndpoints(nodeLists, nodeLabels),
  ];
  return { dialect: oteDialect(authorise), endpoints, rows: endpoints };
}
