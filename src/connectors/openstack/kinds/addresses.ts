import type { z } from 'zod';
import type { CloudAddress } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { isStatus } from '../failures.js';
import { allOf, pagesOf } from '../pages.js';
import { floatingIps, networkNames, ports } from '../resources/network.js';

type Port = z.output<typeof ports.item>;

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

/** The addresses of all servers, by their ids. */
export async function addressesByServer(cloud: Cloud): Promise<Map<string, CloudAddress[]>> {
  const byServer = new Map<string, CloudAddress[]>();
  if (!cloud.has('Neutron')) return byServer;
  const [floating, networks] = await Promise.all([
    floatingByFixed(cloud),
    allOf(cloud.connection, networkNames),
  ]);
  // Each id once: there are many ports, and each comes with an id of its own.
  const known = new Map(networks.map(({ id, name }) => [id, { networkId: id, networkName: name }]));
  const addressesOf = ({ id: portId, network_id: networkId, fixed_ips: fixed }: Port): CloudAddress[] => {
    const place = { ...(known.get(networkId) ?? { networkId, networkName: null }), portId };
    return fixed.flatMap(({ ip_address: ip }) => [
      { ...place, ip, isFloating: false },
      ...(floating.get(keyOf(portId, ip)) ?? []).map((address) => ({
        ...place,
        ip: address,
        isFloating: true,
      })),
    ]);
  };
  for await (const page of pagesOf(cloud.connection, ports))
    for (const port of page) {
      const { device_id: server, device_owner: owner } = port;
      // Those of routers and of DHCP are no server's.
      if (server === null || owner?.startsWith('network:')) continue;
      const addresses = byServer.get(server) ?? [];
      addresses.push(...addressesOf(port));
      byServer.set(server, addresses);
    }
  return byServer;
}
