import type { CloudAddress, CloudServer } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { pagesOf } from '../pages.js';
import { type ServerObject, servers } from '../resources/compute.js';
import { addressesByServer } from './addresses.js';
import { flavorsOfServers } from './flavorsById.js';

interface Besides {
  flavor: CloudServer['flavor'];
  stack: string | undefined;
  addresses: readonly CloudAddress[];
}

function toServer(server: ServerObject, { flavor, stack, addresses }: Besides): CloudServer {
  return {
    id: server.id,
    name: server.name,
    tenantId: server.tenant_id,
    status: server.status,
    powerState: server['OS-EXT-STS:power_state'],
    host: server['OS-EXT-SRV-ATTR:host'],
    zone: server['OS-EXT-AZ:availability_zone'],
    instanceName: server['OS-EXT-SRV-ATTR:instance_name'],
    flavor,
    imageId: server.image,
    stackId: stack ?? server.metadata,
    volumeIds: server['os-extended-volumes:volumes_attached'].map(({ id }) => id),
    addresses,
    fault: server.fault,
    createdAt: server.created,
    updatedAt: server.updated,
  };
}

export async function* readServers(cloud: Cloud): AsyncGenerator<CloudServer[]> {
  const { connection } = cloud;
  const flavorOf = await flavorsOfServers(connection);
  const [stackOf, addresses] = await Promise.all([cloud.stackOfServer(), addressesByServer(cloud)]);
  for await (const page of pagesOf(connection, servers)) {
    yield await Promise.all(
      page.map(async (server) => {
        const own = addresses.get(server.id) ?? [];
        addresses.delete(server.id);
        return toServer(server, {
          flavor: await flavorOf(server),
          stack: stackOf.get(server.id),
          addresses: own,
        });
      }),
    );
  }
}
