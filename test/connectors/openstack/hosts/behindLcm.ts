import { onTestFinished } from 'vitest';
import { createOpenStackConnector } from '../../../../src/connectors/openstack/index.js';
import type {
  HostReadingKind,
  HostTarget,
} from '../../../../src/domains/datacenters/hostDetail/hostDetail.port.js';
import { AddressPolicy } from '../../../../src/kernel/networks.js';
import { COMPUTE_TOOLS } from '../../../support/ssh/computeHost.js';
import { Machine, type MachineOptions } from '../../../support/ssh/machine.js';
import { never } from '../../ssh/lab.js';

/** Of the host. */
export const ADDRESS = '192.0.2.11';

export async function started(options: MachineOptions): Promise<Machine> {
  const machine = await new Machine(options).listen();
  onTestFinished(() => machine.close());
  return machine;
}

/** An LCM and a host behind it, which has tools of its own. */
export async function startHost({
  host = {},
  lcm = {},
  silence = 60_000,
}: { host?: MachineOptions; lcm?: MachineOptions; silence?: number } = {}) {
  const inner = await started({ ...host, tools: { ...COMPUTE_TOOLS, ...host.tools } });
  const outer = await started({
    reaches: { [`${ADDRESS}:22`]: inner.address, 'compute-1:22': inner.address },
    ...lcm,
  });
  const connector = createOpenStackConnector({
    addresses: new AddressPolicy([]),
    viaName: 'test',
    isLegacyAllowed: false,
    patience: { silence, within: 60_000 },
  });
  const read = <K extends HostReadingKind>(kind: K, target: Partial<HostTarget> = {}, signal = never) =>
    connector.readHost(
      outer.account,
      {
        name: 'compute-1',
        address: ADDRESS,
        hostKey: null,
        domains: new Set(['instance-0000000a']),
        ...target,
      },
      kind,
      signal,
    );
  return { host: inner, lcm: outer, read };
}
