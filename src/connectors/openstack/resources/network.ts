import { z } from 'zod';
import { flag, id, listOf, name, optionalCount, optionalId, optionalWord, word } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/network/v2/ */

/** Sent always: Neutron gives everything in one answer else. */
const PAGE = 1000;

/** Of Neutron's objects those fields alone. */
const fields = (item: z.ZodObject) => ({ fields: Object.keys(item.shape) });

const network = z.object({
  id,
  name,
  project_id: optionalId,
  tenant_id: optionalId,
  status: word,
  shared: flag,
  'router:external': flag,
  'provider:network_type': optionalWord,
  'provider:segmentation_id': optionalCount,
  mtu: optionalCount,
});
export const networks = resource({
  service: 'Neutron',
  path: 'networks',
  key: 'networks',
  query: fields(network),
  limit: PAGE,
  item: network,
  right: 'get_network',
});

const named = z.object({ id, name });
export const networkNames = resource({ ...networks, query: fields(named), item: named });

const subnet = z.object({ id, name, network_id: id, cidr: word, gateway_ip: optionalWord });
export const subnets = resource({
  service: 'Neutron',
  path: 'subnets',
  key: 'subnets',
  query: fields(subnet),
  limit: PAGE,
  item: subnet,
  right: 'get_subnet',
});

const port = z.object({
  id,
  device_id: optionalId,
  device_owner: optionalWord,
  network_id: id,
  fixed_ips: listOf(z.object({ ip_address: word })),
});
export const ports = resource({
  service: 'Neutron',
  path: 'ports',
  key: 'ports',
  query: fields(port),
  limit: PAGE,
  item: port,
  right: 'get_port',
});

const floatingIp = z.object({
  id,
  floating_ip_address: word,
  fixed_ip_address: optionalWord,
  port_id: optionalId,
});
export const floatingIps = resource({
  service: 'Neutron',
  path: 'floatingips',
  key: 'floatingips',
  query: fields(floatingIp),
  limit: PAGE,
  item: floatingIp,
  right: 'get_floatingip',
});
