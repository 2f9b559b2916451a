/** A host of a cloud, as it is logged in to through the LCM, with the LCM's account. */
export interface HostTarget {
  name: string;
  /** Of its hypervisor; null where only its name is known, which the LCM resolves. */
  address: string | null;
  /** The host key that was seen first, as `<algorithm> <base64>`; null before. Another one is refused. */
  hostKey: string | null;
  /** Domains whose servers are known by name, so that nobody need ask for these. */
  domains: ReadonlySet<string>;
}

/** A core with its logical CPUs, ascending; several sockets may have one of its number. */
export interface CpuCore {
  core: number;
  socket: number;
  cpus: readonly number[];
}

/** What runs on a host, or is paused there. */
export interface HostDomain {
  name: string;
  /** Those that its virtual CPUs may run on, in the order of the virtual CPUs, each once. */
  cpus: readonly number[];
  /** By Nova's metadata, where that was asked for and tells it. */
  serverName: string | null;
}

export interface CpuLayout {
  /** By number, then by socket. */
  cores: readonly CpuCore[];
  /** By name. */
  domains: readonly HostDomain[];
}

/** Since the host started. */
export interface HostInterfaceCounters {
  rxDropped: number;
  rxErrors: number;
  txDropped: number;
  txErrors: number;
  txPackets: number;
}

/** A network interface that is a PCI device. */
export interface HostInterface extends HostInterfaceCounters {
  name: string;
  mac: string;
  /** Such as `0000:3b:00.0`. */
  pciNumber: string;
  driver: string;
  driverVersion: string;
  /** Empty where there is none. */
  firmwareVersion: string;
  /** Class, vendor and device; empty where nobody knows it. */
  description: string;
}

/** Of a port of the virtual switch, as the switch counts, in digits; null for what it does not count. */
export interface PortCounters {
  rxDropped: string | null;
  rxErrors: string | null;
  rxPackets: string | null;
  txDropped: string | null;
  txErrors: string | null;
  txPackets: string | null;
}

/** What can be read on a host. */
export interface HostReadings {
  cpuLayout: CpuLayout;
  /** By name. */
  interfaces: readonly HostInterface[];
  /** By the id of Neutron's port. */
  portCounters: Readonly<Record<string, PortCounters>>;
}

export type HostReadingKind = keyof HostReadings;

export interface HostVisit<K extends HostReadingKind> {
  reading: HostReadings[K];
  /** Why something is missing, such as a program that the host does not have; empty where nothing is. */
  complaints: readonly string[];
  /** The keys that were seen, as `<algorithm> <base64>`; null of a host that the LCM itself logged in to. */
  lcmHostKey: string;
  hostKey: string | null;
}

/** A port of Neutron that is a server's. */
export interface CloudPort {
  id: string;
  /** Empty where it has none. */
  name: string;
  serverId: string;
  mac: string;
  /** Fixed ones. */
  ips: readonly string[];
  /** How it is bound to its host, in the words of the cloud; empty where it does not tell. */
  vifType: string;
  /** Its interface on the host; empty while it is on none. */
  interfaceName: string;
}
