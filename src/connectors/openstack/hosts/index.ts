import type { CloudConnector } from '../../../domains/datacenters/cloud.port.js';
import type { Ssh } from '../../ssh/index.js';
import { openLcm } from '../connectionTest.js';
import { READINGS } from './readings.js';
import { enterHost } from './shell.js';
import { HostTools } from './tools.js';

/** What `CloudConnector.readHost` does. */
export function hostReader(ssh: Ssh): CloudConnector['readHost'] {
  return async (account, host, kind, signal) => {
    const lcm = await openLcm(ssh, account, signal);
    try {
      const shell = await enterHost(ssh, lcm, account, host, signal);
      try {
        const read = await READINGS[kind](new HostTools(shell), host.domains);
        return { ...read, lcmHostKey: lcm.hostKey, hostKey: shell.hostKey };
      } finally {
        await shell.close();
      }
    } finally {
      await lcm.close();
    }
  };
}
