import type { CloudPort, HostReadingKind, HostTarget, HostVisit } from './hostDetail/hostDetail.port.js';

/** A data center as it is logged in to: its LCM, the machine that holds the openrc file. */
export interface CloudAccount {
  /** An address or a name; port 22 unless `host:port` or `[address]:port`. */
  address: string;
  user: string;
  password: string;
  /** Of the openrc file on the LCM. */
  openrcPath: string;
  /** PEM certificates that vouch for the cloud's endpoints, beside the system's and those of the openrc file; null for none. */
  ca: string | null;
  /** The host key that was seen first, as `<algorithm> <base64>`; null before. Another one is refused. */
  hostKey: string | null;
}

/** Who logs in to the LCM alone. */
export type LcmAccount = Pick<CloudAccount, 'address' | 'user' | 'password' | 'hostKey'>;

/** Why a data center cannot be reached; in documents these are four texts. */
export type ConnectionFailure =
  | 'AUTHENTICATION_FAILED'
  | 'PERMISSION_DENIED'
  | 'UNABLE_TO_CONNECT'
  | 'UNABLE_TO_REACH';

export interface ConnectionState {
  /** Null when the connection works. */
  failure: ConnectionFailure | null;
  /** What happened, in words for an operator; null when the connection works. */
  reason: string | null;
  /** Of the LCM, where one was seen; `<algorithm> <base64>`. */
  hostKey: string | null;
}

/** A project of Keystone. */
export interface CloudTenant {
  id: string;
  name: string;
  domainId: string;
  domainName: string | null;
  description: string;
  isEnabled: boolean;
}

/** A nova-compute service with the hypervisors of its host. */
export interface CloudHost {
  /** Of the service: its UUID, or its number as text where the cloud is older than 2.53. */
  id: string;
  name: string;
  zone: string;
  isUp: boolean;
  isEnabled: boolean;
  disabledReason: string | null;
  /** Its last heartbeat; null where it never reported. */
  updatedAt: Date | null;
  /** `host_ip` of its hypervisor. */
  address: string | null;
  hypervisorType: string | null;
  /** Physical figures without allocation ratios, 0 where neither Nova nor Placement has any: vCPUs, MB, GB. */
  vcpus: number;
  memoryMb: number;
  diskGb: number;
  usedVcpus: number;
  usedMemoryMb: number;
  usedDiskGb: number;
}

export interface CloudAggregate {
  id: string;
  name: string;
  zone: string | null;
  hosts: readonly string[];
  metadata: Readonly<Record<string, string>>;
}

export interface CloudFlavor {
  id: string;
  name: string;
  vcpus: number;
  memoryMb: number;
  diskGb: number;
  isPublic: boolean;
}

export interface CloudNetwork {
  id: string;
  name: string;
  tenantId: string;
  status: string;
  isShared: boolean;
  isExternal: boolean;
  /** Such as `vlan` and its number; null where the account may not see them. */
  networkType: string | null;
  segmentationId: number | null;
  mtu: number | null;
  subnets: readonly { id: string; name: string; cidr: string; gateway: string | null }[];
}

export interface CloudVolumeType {
  id: string;
  name: string;
  isPublic: boolean;
}

export interface CloudImage {
  id: string;
  name: string;
  status: string;
  /** Bytes; null for an image without data. */
  size: number | null;
}

/** A stack of Heat that is in no other stack, or one that servers only name in their metadata. */
export interface CloudStack {
  id: string;
  name: string;
  /** Null where it is known from metadata alone. */
  tenantId: string | null;
  status: string | null;
}

/** An address of a server, as Neutron's ports tell it. */
export interface CloudAddress {
  networkId: string;
  /** Null when the network is gone. */
  networkName: string | null;
  portId: string;
  ip: string;
  isFloating: boolean;
}

export interface CloudServer {
  id: string;
  name: string;
  tenantId: string;
  /** As Nova writes it, such as `ACTIVE`. */
  status: string;
  /** Nova's number; null where it tells none. */
  powerState: number | null;
  host: string | null;
  zone: string | null;
  /** Of the domain on its host, such as `instance-0000000a`. */
  instanceName: string | null;
  /** Its own copy, which outlives the flavor; id null where Nova tells none. */
  flavor: { id: string | null; name: string | null; vcpus: number; memoryMb: number; diskGb: number };
  imageId: string | null;
  stackId: string | null;
  volumeIds: readonly string[];
  /** A floating address after the fixed one that it belongs to, under its network. */
  addresses: readonly CloudAddress[];
  /** Of a server in ERROR, at most 1000 characters; null where Nova's list does not tell it, as of one that never had a host. */
  fault: string | null;
  createdAt: Date;
  updatedAt: Date | null;
}

export interface CloudVolume {
  id: string;
  /** Empty where Cinder has none. */
  name: string;
  tenantId: string;
  type: string | null;
  status: string;
  sizeGb: number;
  isBootable: boolean;
  serverIds: readonly string[];
  createdAt: Date | null;
}

export interface QuotaFigure {
  inUse: number;
  /** -1 is unlimited. */
  limit: number;
}

/** Of one tenant, whose id is this one's. */
export interface CloudQuota {
  id: string;
  cores: QuotaFigure;
  /** MB. */
  ram: QuotaFigure;
  instances: QuotaFigure;
  /** Gigabytes; `default` is there always, then a key for each volume type, as documents name them. */
  volumes: Readonly<Record<string, QuotaFigure>>;
}

/** What can be read of a cloud. */
export interface CloudItems {
  tenants: CloudTenant;
  hosts: CloudHost;
  aggregates: CloudAggregate;
  flavors: CloudFlavor;
  networks: CloudNetwork;
  volumeTypes: CloudVolumeType;
  images: CloudImage;
  stacks: CloudStack;
  servers: CloudServer;
  volumes: CloudVolume;
  quotas: CloudQuota;
}

export type CloudKind = keyof CloudItems;

/** One cloud while it is read once. Failures are DomainErrors of UPSTREAM_*, which name what failed and for want of which right. */
export interface CloudSession {
  /** Of the LCM, `<algorithm> <base64>`. */
  hostKey: string;
  /** Of Placement, Cinder, Neutron, Glance and Heat those that the cloud's catalog lacks, by these names; a cloud without Nova is not opened. */
  missing: readonly string[];
  /**
   * All of one kind, page by page; an item that comes twice counts once. A kind whose service is missing is empty.
   * `stacks` before `servers` spares asking Heat twice.
   */
  read: <K extends CloudKind>(kind: K) => AsyncIterable<readonly CloudItems[K][]>;
  /** The ports of these servers, in no order; none where Neutron is missing. */
  portsOf: (serverIds: readonly string[]) => Promise<CloudPort[]>;
  close: () => Promise<void>;
}

/** How clouds are reached. */
export interface CloudConnector {
  /** Logs in and runs a command; where a path is given, reads the openrc file too. Never fails but for the caller's own abort. */
  test: (
    account: Omit<CloudAccount, 'openrcPath' | 'ca'> & { openrcPath: string | null },
    signal: AbortSignal,
  ) => Promise<ConnectionState>;
  /** Logs in to the LCM and at Keystone. The session is over when the signal is aborted. DomainErrors: those of sessions, with `reason` texts as `test` has them. */
  open: (account: CloudAccount, signal: AbortSignal) => Promise<CloudSession>;
  /** Logs in to a host through the LCM, reads, and leaves. What cannot be read is empty; DomainErrors: those of sessions. */
  readHost: <K extends HostReadingKind>(
    account: LcmAccount,
    host: HostTarget,
    kind: K,
    signal: AbortSignal,
  ) => Promise<HostVisit<K>>;
}
