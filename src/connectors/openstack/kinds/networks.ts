import type { CloudNetwork } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { allOf, pagesOf } from '../pages.js';
import { networks, subnets } from '../resources/network.js';

/** Of one network. */
const MOST_SUBNETS = 1000;

export async function* readNetworks({ connection }: Cloud): AsyncGenerator<CloudNetwork[]> {
  const byNetwork = Map.groupBy(await allOf(connection, subnets), (subnet) => subnet.network_id);
  for await (const page of pagesOf(connection, networks))
    yield page.map((network) => ({
      id: network.id,
      name: network.name,
      tenantId: network.project_id ?? network.tenant_id ?? '',
      status: network.status,
      isShared: network.shared,
      isExternal: network['router:external'],
      networkType: network['provider:network_type'],
      segmentationId: network['provider:segmentation_id'],
      mtu: network.mtu,
      subnets: (byNetwork.get(network.id) ?? [])
        .slice(0, MOST_SUBNETS)
        .map(({ id, name, cidr, gateway_ip: gateway }) => ({
          id,
          name,
          cidr,
          gateway,
        })),
    }));
}
