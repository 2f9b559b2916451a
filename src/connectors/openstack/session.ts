import { type SecureContext, createSecureContext, getCACertificates } from 'node:tls';
import type { CloudKind, CloudSession } from '../../domains/datacenters/cloud.port.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import type { HttpLimits } from '../../net/boundedHttp.js';
import type { CloudLogin } from './account.js';
import { Cloud } from './cloud.js';
import { CloudConnection } from './connection.js';
import { Keystone } from './keystone.js';
import { KINDS } from './kinds/index.js';
import type { Lcm } from './lcm.js';
import { portsOfServers } from './serverPorts.js';
import { OPTIONAL_SERVICES } from './services.js';
import { Ways } from './ways.js';

/** Bytes of a file of certificates: the system's own bundle has 220 KB. */
const MOST_CA_BYTES = 1024 * 1024;

export interface CloudLimits extends HttpLimits {
  /** Milliseconds that an address has to accept a direct connection. */
  direct: number;
  /** Milliseconds before the second try of a request. */
  firstRetry: number;
  /** Characters of what is kept of the cloud while it is read. */
  mostKept: number;
}

export interface SessionParts {
  lcm: Lcm;
  login: CloudLogin;
  /** PEM certificates; null for none. */
  ca: string | null;
  /** Whether the LCM is this machine. */
  isHere: boolean;
  addresses: AddressPolicy;
  viaName: string;
  limits: CloudLimits;
}

/** Those of the system, of the data center, and of the openrc file; undefined where the system's are enough. */
async function certificates({ lcm, login, ca }: SessionParts): Promise<SecureContext | undefined> {
  const file = login.caPath === null ? null : (await lcm.readFile(login.caPath, MOST_CA_BYTES)).toString();
  const own = [ca, file].filter((pem) => pem !== null);
  if (own.length === 0) return undefined;
  return createSecureContext({ ca: [...getCACertificates('default'), ...own] });
}

/** Logs in at Keystone. The session is over when the signal is aborted, and closes the LCM. Throws DomainError. */
export async function openSession(parts: SessionParts, signal: AbortSignal): Promise<CloudSession> {
  const { lcm, login, isHere, addresses, viaName, limits } = parts;
  const { direct, firstRetry, mostKept, ...http } = limits;
  const secureContext = await certificates(parts);
  const closing = new AbortController();
  const over = AbortSignal.any([signal, closing.signal]);
  const ways = new Ways({
    addresses,
    isHere,
    direct,
    agents: lcm.agents,
    http: { ...http, system: 'openstack', viaName, secureContext },
  });
  const connection = new CloudConnection({
    keystone: new Keystone(login, ways, over),
    ways,
    options: {
      interface: login.interface,
      region: login.region,
      requests: http.connections,
      firstRetry,
      mostKept,
    },
    signal: over,
  });
  const end = () => {
    closing.abort();
    ways.close();
  };
  try {
    await connection.negotiate();
    const missing = await connection.without(OPTIONAL_SERVICES);
    const cloud = new Cloud(connection, missing);
    async function* none() {}
    return {
      hostKey: lcm.hostKey,
      missing,
      read: <K extends CloudKind>(kind: K) => {
        const { service, read } = KINDS[kind];
        return cloud.has(service) ? read(cloud) : none();
      },
      portsOf: async (serverIds) => (cloud.has('Neutron') ? portsOfServers(cloud, serverIds) : []),
      close: async () => {
        end();
        await lcm.close();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
