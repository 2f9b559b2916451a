import type { GraphQLSchema } from 'graphql';
import type { Database } from './database/database.js';
import { Topic } from './database/notifications.js';
import {
  ClusterCapacityResolver,
  ClusterResolver,
  LabelResolver,
  NodeResolver,
  clusterNodeReference,
  clusterReference,
} from './domains/edge/index.js';
import {
  AuditResolver,
  BusinessResolver,
  SessionResolver,
  UserResolver,
  businessReference,
  userReference,
} from './domains/identity/index.js';
import { JobResolver } from './domains/jobs/index.js';
import { PlatformEventResolver, PlatformResolver, platformReference } from './domains/platforms/index.js';
import { buildGraph } from './graphql/schema.js';
import type { Services } from './services.js';
import { TransmitResolver } from './transmit/transmit.resolver.js';

/** The graph over all services. */
export async function createGraph(services: Services, database: Database): Promise<GraphQLSchema> {
  const { businesses, platforms, routes, sessions, trail, transmit, users } = services;
  const { capacities, clusterLabels, clusters, jobs, nodeLabels, nodes } = services;
  return buildGraph({
    resolvers: [
      new AuditResolver(trail),
      new BusinessResolver(businesses, users),
      new ClusterCapacityResolver(capacities),
      new ClusterResolver(clusters, clusterLabels, nodes, capacities),
      new JobResolver(jobs),
      new LabelResolver(clusterLabels, nodeLabels),
      new NodeResolver(nodes, clusters, nodeLabels),
      new PlatformEventResolver(platforms),
      new PlatformResolver(platforms, businesses),
      new SessionResolver(sessions),
      new TransmitResolver(transmit, routes),
      new UserResolver(users, businesses),
    ],
    references: {
      Business: businessReference(businesses),
      Cluster: clusterReference(clusters),
      ClusterNode: clusterNodeReference(nodes),
      Platform: platformReference(platforms),
      User: userReference(users),
    },
    subscribe: (topic) => database.notifications.stream(new Topic(topic)),
  });
}
