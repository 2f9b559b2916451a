import type { Database } from '../../../database/database.js';
import type { AuditService } from '../../identity/index.js';
import type { CloudConnector } from '../cloud.port.js';
import type { ConnectionService } from '../connection.service.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { ITEMS } from '../inventory/inventory.fields.js';
import { HostDetailResolver, HostInstanceResolver, NetworkPortResolver } from './hostDetail.resolver.js';
import { type DetailPace, HostDetailService } from './hostDetail.service.js';
import { HostForgetting } from './hostForgetting.service.js';
import type { HostKeyService } from './hostKey.service.js';
import { NetworkPortService } from './networkPort.service.js';

interface Parts {
  database: Database;
  connections: ConnectionService;
  connector: () => Promise<CloudConnector>;
  dataCenters: DataCenterService;
  hostKeys: HostKeyService;
  trail: AuditService;
}

/** Milliseconds. */
const PACE: DetailPace = { life: 30_000, limits: { deadline: 60_000, silence: 60_000 } };

export function createHostDetail(parts: Parts, pace = PACE) {
  const { hosts } = ITEMS;
  const details = new HostDetailService(parts, pace);
  return {
    details,
    forgetting: new HostForgetting({ ...parts, hosts }),
    hostKeys: parts.hostKeys,
    networkPorts: new NetworkPortService({ ...parts, details, hosts }, pace.limits),
  };
}

export function hostDetailResolvers({
  details,
  forgetting,
  hostKeys,
  networkPorts,
}: ReturnType<typeof createHostDetail>): object[] {
  return [
    new HostDetailResolver({ details, forgetting, hostKeys }),
    new HostInstanceResolver(ITEMS.virtualMachines),
    new NetworkPortResolver(networkPorts),
  ];
}
