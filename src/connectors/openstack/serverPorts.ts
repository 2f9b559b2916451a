import { z } from 'zod';
import type { CloudPort } from '../../domains/datacenters/hostDetail/hostDetail.port.js';
import type { Cloud } from './cloud.js';
import { id, listOf, name, optionalId, text, word } from './fields.js';
import { allOf } from './pages.js';
import { ports } from './resources/network.js';

/** Servers that are asked for at once, so that the query stays below 4 KB. */
const TOGETHER = 50;
const MOST_PATH = 255;
/** Of a port's id, which its interface is named after. */
const NAMED_AFTER = 11;

const port = z.object({
  id,
  name,
  device_id: optionalId,
  mac_address: text(MOST_PATH),
  fixed_ips: listOf(z.object({ ip_address: word })),
  'binding:vif_type': text(MOST_PATH),
  'binding:vif_details': z
    .object({ vhostuser_socket: text(MOST_PATH) })
    .nullish()
    .catch(null),
});

const UNBOUND = ['', 'unbound', 'binding_failed'];

/** As Nova and Neutron name it. */
function interfaceOf(portId: string, type: string, socket: string): string {
  if (UNBOUND.includes(type)) return '';
  if (type !== 'vhostuser') return `tap${portId.slice(0, NAMED_AFTER)}`;
  return socket.slice(socket.lastIndexOf('/') + 1) || `vhu${portId.slice(0, NAMED_AFTER)}`;
}

function toPort(item: z.output<typeof port>): CloudPort[] {
  const { id: portId, device_id: serverId, 'binding:vif_type': vifType } = item;
  if (serverId === null) return [];
  return [
    {
      id: portId,
      name: item.name,
      serverId,
      mac: item.mac_address,
      ips: item.fixed_ips.map(({ ip_address: ip }) => ip),
      vifType,
      interfaceName: interfaceOf(portId, vifType, item['binding:vif_details']?.vhostuser_socket ?? ''),
    },
  ];
}

/** The ports of these servers. */
export async function portsOfServers(
  { connection }: Cloud,
  serverIds: readonly string[],
): Promise<CloudPort[]> {
  const found: CloudPort[][] = [];
  for (let start = 0; start < serverIds.length; start += TOGETHER) {
    const asked = serverIds.slice(start, start + TOGETHER);
    const query = { fields: Object.keys(port.shape), device_id: asked };
    const items = await allOf(connection, { ...ports, query, item: port });
    // Whoever knows no such filter answers all.
    found.push(items.flatMap(toPort).filter(({ serverId }) => asked.includes(serverId)));
  }
  return found.flat();
}
