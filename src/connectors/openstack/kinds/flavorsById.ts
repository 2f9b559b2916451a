import type { CloudServer } from '../../../domains/datacenters/cloud.port.js';
import type { CloudConnection } from '../connection.js';
import { isStatus } from '../failures.js';
import { type Microversion, isAtLeast } from '../microversion.js';
import { allOf } from '../pages.js';
import { type ServerObject, flavorSchema, flavors } from '../resources/compute.js';

type Flavor = CloudServer['flavor'];

/** From then on each server has its own copy. */
const COPIED: Microversion = [2, 47];

function ownCopy({ flavor }: ServerObject): Flavor {
  const { id, original_name: name, vcpus, ram, disk } = flavor;
  return { id, name, vcpus: vcpus ?? 0, memoryMb: ram ?? 0, diskGb: disk ?? 0 };
}

/** One that is in no list, as far as the cloud still has it. */
async function find(connection: CloudConnection, id: string): Promise<Flavor> {
  try {
    const { flavor } = await connection.get(
      { service: 'Nova', path: `flavors/${encodeURIComponent(id)}` },
      flavorSchema,
    );
    return { id, name: flavor.name, vcpus: flavor.vcpus, memoryMb: flavor.ram, diskGb: flavor.disk };
  } catch (error) {
    if (isStatus(error, 404)) return { id, name: null, vcpus: 0, memoryMb: 0, diskGb: 0 };
    throw error;
  }
}

/** How the flavor of a server is known. */
export async function flavorsOfServers(
  connection: CloudConnection,
): Promise<(server: ServerObject) => Flavor | Promise<Flavor>> {
  const { microversion } = connection;
  if (microversion && isAtLeast(microversion, COPIED)) return ownCopy;
  const all = await allOf(connection, flavors);
  const known = new Map<string, Flavor | Promise<Flavor>>(
    all.map(({ id, name, vcpus, ram, disk }) => [id, { id, name, vcpus, memoryMb: ram, diskGb: disk }]),
  );
  return (server) => {
    const { id } = server.flavor;
    if (id === null) return ownCopy(server);
    const flavor = known.get(id) ?? find(connection, id);
    known.set(id, flavor);
    return flavor;
  };
}
