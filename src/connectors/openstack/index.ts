import type { CloudConnector } from '../../domains/datacenters/cloud.port.js';
import type { AddressPolicy } from '../../kernel/networks.js';
import type { Resolve } from '../../net/guardedLookup.js';
import { addressOf } from '../ssh/address.js';
import { type Patience, Ssh } from '../ssh/index.js';
import { connectionTest, openLcm, readOpenrc } from './connectionTest.js';
import { hostReader } from './hosts/index.js';
import { lcmOf } from './lcm.js';
import { type CloudLimits, openSession } from './session.js';
import { isItself } from './ways.js';

export type { CloudLimits } from './session.js';

/** Lists without pages, such as Keystone's, come in one answer. */
const LIMITS: CloudLimits = {
  patience: { step: 30_000, call: 300_000 },
  mostBytes: 128 * 1024 * 1024,
  connections: 8,
  direct: 2_000,
  firstRetry: 500,
  // Those of 40,000 servers, which take 150 MB.
  mostKept: 32 * 1024 * 1024,
};

export interface OpenStackParts {
  addresses: AddressPolicy;
  /** What this deployment is called in Via. */
  viaName: string;
  /** SSH_LEGACY_ALGORITHMS. */
  isLegacyAllowed: boolean;
  limits?: CloudLimits;
  patience?: Patience;
  resolve?: Resolve;
}

/** OpenStack from Mitaka on, behind a machine that is logged in to by SSH. Connects to nothing yet. */
export function createOpenStackConnector({
  addresses,
  viaName,
  limits = LIMITS,
  ...sshParts
}: OpenStackParts): CloudConnector {
  const ssh = new Ssh({ addresses, ...sshParts });
  return {
    test: connectionTest(ssh),
    readHost: hostReader(ssh),
    open: async (account, signal) => {
      const session = await openLcm(ssh, account, signal);
      try {
        const login = await readOpenrc(session, account.openrcPath);
        const isHere = isItself(addressOf(account.address)?.host ?? '');
        const parts = { lcm: lcmOf(session), login, ca: account.ca, isHere, addresses, viaName, limits };
        return await openSession(parts, signal);
      } catch (error) {
        await session.close();
        throw error;
      }
    },
  };
}
