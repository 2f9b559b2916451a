import type { z } from 'zod';
import type { CloudAddress } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { isStatus } from '../failures.js';
import { allOf, pagesOf } from '../pages.js';
import { floatingIps, networkNames, ports } from '../resources/network.js';

type Port = z.output<typeof ports.item>;

/** Of one server; Neutron itself lets a tenant have no more ports than 500 unless told otherwise. */
const MOST_ADDRESSES = 1000;

const keyOf = (port: string | null, ip: string | null) => `${port} ${ip}`;

/** Floating addresses by the port and the fixed address that they belong to; none where the network has no routers. */
async function floatingByFixed({ connection }: Cloud): Promise<Map<string, string[]>> {
  try {
    const all = await allOf(connection, floatingIps);
    const byFixed = Map.groupBy(all, (each) => keyOf(each.port_id, each.fixed_ip_address));
    return new Map(
      [...byFixed].map(([key, each]) => [key, each.map((found) => found.floating_ip_address).toSorted()]),
    );
  } catch (error) {
    if (isStatus(error, 404)) return new Map();
    throw error;
  }
}

type Place = Pick<CloudAddress, 'networkId' | 'networkName'>;

/** A floating address after the fixed one that it belongs to. */
function* addressesOf(
  { id: portId, fixed_ips: fixed }: Port,
  place: Place,
  floating: ReadonlyMap<string, readonly string[]>,
): Generator<CloudAddress> {
  for (const { ip_address: ip } of fixed) {
    yield { ...place, portId, ip, isFloating: false };
    for (const address of floating.get(keyOf(portId, ip)) ?? [])
      yield { ...place, portId, ip: address, isFloating: true };
  }
}

/** The addresses of all servers, by their ids. */
export async function addressesByServer(cloud: Cloud): Promise<Map<string, CloudAddress[]>> {
  const byServer = new Map<string, CloudAddress[]>();
  if (!cloud.has('Neutron')) return byServer;
  const { connection } = cloud;
  const [floating, networks] = await Promise.all([floatingByFixed(cloud), allOf(connection, networkNames)]);
  // Each id once: there are many ports, and each comes with an id of its own.
  const known = new Map(networks.map(({ id, name }) => [id, { networkId: id, networkName: name }]));
  for await (const page of pagesOf(connection, ports))
    for (const port of page) {
      const { device_id: server, device_owner: owner, network_id: networkId } = port;
      // Those of routers and of DHCP are no server's.
      if (server === null || owner?.startsWith('network:')) continue;
      const addresses = byServer.get(server) ?? [];
      const place = known.get(networkId) ?? { networkId, networkName: null };
      for (const address of addressesOf(port, place, floating)) {
        if (addresses.length === MOST_ADDRESSES) break;
        // All else it has in common with others.
        connection.room.take([address.ip]);
        addresses.push(address);
      }
      byServer.set(server, addresses);
    }
  return byServer;
}
