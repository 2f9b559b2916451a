/** What the command line prints, as far as it is compared. */

export interface Service {
  ID: string;
  Host: string;
  Zone: string;
  Status: string;
  State: string;
  'Updated At': string;
  'Disabled Reason': string | null;
}

export interface Hypervisor {
  ID: string;
  'Hypervisor Hostname': string;
  'Hypervisor Type': string;
  'Host IP': string;
  State: string;
  'vCPUs Used': number;
  vCPUs: number;
  'Memory MB Used': number;
  'Memory MB': number;
}

export interface HypervisorDetail {
  service_host: string;
  local_gb: number;
  local_gb_used: number;
}

export interface Project {
  ID: string;
  Name: string;
  'Domain ID': string;
  Description: string;
  Enabled: boolean;
}

export interface Server {
  id: string;
  name: string;
  status: string;
  project_id: string;
  created: string;
  updated: string;
  image: string | null;
  flavor: { original_name: string; vcpus: number; ram: number; disk: number };
  addresses: Record<string, string[]>;
  volumes_attached: { id: string }[];
  properties: Record<string, string>;
  fault?: { message: string };
  'OS-EXT-STS:power_state': number;
  'OS-EXT-SRV-ATTR:host': string | null;
  'OS-EXT-SRV-ATTR:instance_name': string;
  'OS-EXT-SRV-ATTR:user_data': string | null;
  'OS-EXT-AZ:availability_zone': string;
}

export interface Volume {
  id: string;
  name: string | null;
  size: number;
  status: string;
  type: string | null;
  bootable: string;
  created_at: string;
  attachments: { server_id: string }[];
  'os-vol-tenant-attr:tenant_id': string;
}

export interface Stack {
  ID: string;
  'Stack Name': string;
  Project: string;
  'Stack Status': string;
}

export interface StackResource {
  physical_resource_id: string;
  resource_type: string;
}

export interface Network {
  id: string;
  name: string;
  status: string;
  project_id: string;
  shared: boolean;
  'router:external': boolean;
  'provider:network_type': string;
  'provider:segmentation_id': number | null;
  mtu: number;
}

export interface Subnet {
  ID: string;
  Name: string;
  Network: string;
  Subnet: string;
  Gateway: string | null;
}

export interface Figure {
  Resource: string;
  'In Use': number;
  Limit: number;
}

export interface Listed {
  ID: string;
  Name: string | null;
}

export interface Aggregate {
  ID: number;
  Name: string;
  'Availability Zone': string | null;
  Properties: Record<string, string>;
  Hosts: string[];
}

export interface Flavor {
  ID: string;
  Name: string;
  VCPUs: number;
  RAM: number;
  Disk: number;
  'Is Public': boolean;
}

export interface VolumeType {
  ID: string;
  Name: string;
  'Is Public': boolean;
}

export interface Image {
  ID: string;
  Name: string;
  Status: string;
  Size: number | null;
}

export interface Sums {
  vcpus: number;
  vcpus_used: number;
  memory_mb: number;
  memory_mb_used: number;
  local_gb: number;
  local_gb_used: number;
}
