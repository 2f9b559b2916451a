import type { Module } from '../domains/module.js';
import type { RouteService } from '../domains/platforms/index.js';
import type { Transmit } from './index.js';
import { TransmitResolver } from './transmit.resolver.js';

export interface Forwarding {
  transmit: Transmit;
  routes: RouteService;
}

/** Forwarding of requests, and small calls in GraphQL. */
export const transmit: Module<Forwarding> = {
  entities: [],
  resolvers: ({ transmit: forwarding, routes }) => [new TransmitResolver(forwarding, routes)],
};
