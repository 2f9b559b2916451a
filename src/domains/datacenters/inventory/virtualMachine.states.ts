import { registerEnumType } from 'type-graphql';

export enum VirtualMachineStatus {
  ACTIVE = 'ACTIVE',
  BUILD = 'BUILD',
  DELETED = 'DELETED',
  ERROR = 'ERROR',
  HARD_REBOOT = 'HARD_REBOOT',
  MIGRATING = 'MIGRATING',
  PASSWORD = 'PASSWORD',
  PAUSED = 'PAUSED',
  REBOOT = 'REBOOT',
  REBUILD = 'REBUILD',
  RESCUE = 'RESCUE',
  RESIZE = 'RESIZE',
  REVERT_RESIZE = 'REVERT_RESIZE',
  SHELVED = 'SHELVED',
  SHELVED_OFFLOADED = 'SHELVED_OFFLOADED',
  SHUTOFF = 'SHUTOFF',
  SOFT_DELETED = 'SOFT_DELETED',
  SUSPENDED = 'SUSPENDED',
  UNKNOWN = 'UNKNOWN',
  VERIFY_RESIZE = 'VERIFY_RESIZE',
}

registerEnumType(VirtualMachineStatus, {
  name: 'VirtualMachineStatus',
  description: 'Where a virtual machine stands',
  valuesConfig: {
    ACTIVE: { description: 'Runs' },
    BUILD: { description: 'Is being made' },
    DELETED: { description: 'Is deleted' },
    ERROR: { description: 'Something failed; see fault' },
    HARD_REBOOT: { description: 'Is being switched off and on' },
    MIGRATING: { description: 'Moves to another host' },
    PASSWORD: { description: 'Its password is being changed' },
    PAUSED: { description: 'Is held in memory' },
    REBOOT: { description: 'Is being restarted' },
    REBUILD: { description: 'Is being made anew from an image' },
    RESCUE: { description: 'Runs from another disk to be mended' },
    RESIZE: { description: 'Is getting another size' },
    REVERT_RESIZE: { description: 'Is getting its former size back' },
    SHELVED: { description: 'Is switched off and kept as an image' },
    SHELVED_OFFLOADED: { description: 'Is kept as an image and on no host' },
    SHUTOFF: { description: 'Is switched off' },
    SOFT_DELETED: { description: 'Is deleted and can be restored' },
    SUSPENDED: { description: 'Is kept on disk' },
    UNKNOWN: { description: 'Another one; see cloudStatus' },
    VERIFY_RESIZE: { description: 'Has another size, which waits to be confirmed' },
  },
});

export enum PowerState {
  NOSTATE = 'NOSTATE',
  RUNNING = 'RUNNING',
  PAUSED = 'PAUSED',
  SHUTDOWN = 'SHUTDOWN',
  CRASHED = 'CRASHED',
  SUSPENDED = 'SUSPENDED',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(PowerState, {
  name: 'PowerState',
  description: 'What the hypervisor says of a virtual machine',
  valuesConfig: {
    NOSTATE: { description: 'Nothing' },
    RUNNING: { description: 'It runs' },
    PAUSED: { description: 'It is held in memory' },
    SHUTDOWN: { description: 'It is off' },
    CRASHED: { description: 'It crashed' },
    SUSPENDED: { description: 'It is kept on disk' },
    UNKNOWN: { description: 'A state without a name; see cloudPowerState' },
  },
});

/** Nova's numbers. */
const POWER_STATES: ReadonlyMap<number | null, PowerState> = new Map([
  [null, PowerState.NOSTATE],
  [0, PowerState.NOSTATE],
  [1, PowerState.RUNNING],
  [3, PowerState.PAUSED],
  [4, PowerState.SHUTDOWN],
  [6, PowerState.CRASHED],
  [7, PowerState.SUSPENDED],
]);

export const powerStateOf = (state: number | null): PowerState =>
  POWER_STATES.get(state) ?? PowerState.UNKNOWN;
