import { inject } from 'vitest';
import type { CloudAccount } from '../../src/domains/datacenters/cloud.port.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the suite was started with. */
    cloud: {
      /** Address of the LCM. */
      lcm: string;
      user: string;
      password: string;
      /** Of the openrc file on the LCM. */
      openrc: string;
      /** Of the same account's openrc file on this machine, for the command line, and what it says. */
      cliOpenrc: string;
      text: string;
    };
  }
}

export const given = inject('cloud');

export const account: CloudAccount = {
  address: given.lcm,
  user: given.user,
  password: given.password,
  openrcPath: given.openrc,
  ca: null,
  hostKey: null,
};
