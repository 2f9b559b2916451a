import type { CloudKind } from '../../../src/domains/datacenters/cloud.port.js';

const KINDS: Record<CloudKind, true> = {
  tenants: true,
  hosts: true,
  aggregates: true,
  flavors: true,
  networks: true,
  volumeTypes: true,
  images: true,
  stacks: true,
  servers: true,
  volumes: true,
  quotas: true,
};
export const CLOUD_KINDS = Object.keys(KINDS) as CloudKind[];
