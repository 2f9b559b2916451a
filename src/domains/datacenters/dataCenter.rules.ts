import { badInput } from '../../kernel/errors.js';
import type { DataCenter } from './dataCenter.entity.js';
import type { DataCenterChanges } from './dataCenter.inputs.js';
import { MASK } from './dataCenter.secrets.js';

/** By which the cloud is reached. */
export const CONNECTION = ['lcmIp', 'lcmUser', 'lcmPwd', 'openstackrcDir', 'tlsCa'] as const;

const NEEDED = ['lcmIp', 'lcmUser', 'lcmPwd', 'openstackrcDir'] as const;

type Reached = Pick<DataCenter, 'mode' | (typeof NEEDED)[number]>;

/** BAD_INPUT names what an online data center lacks; `isMasked` tells of a new one whose password is the mask. */
export function requireReachable(center: Reached, isMasked: boolean): void {
  if (!center.mode) return;
  const missing = NEEDED.filter((field) => (center[field] ?? '') === '' || (field === 'lcmPwd' && isMasked));
  if (missing.length > 0)
    throw badInput(
      missing.map((field) => ({ path: `input.${field}`, message: 'is required for an online data center' })),
    );
}

/**
 * BAD_INPUT for what cannot be changed, and for a password that would go elsewhere: else whoever may change a data
 * center could have it sent to a host of their own.
 */
export function refuseChanges(center: DataCenter, changes: DataCenterChanges): void {
  const fixed = (['name', 'mode'] as const).filter(
    (field) => changes[field] !== undefined && changes[field] !== center[field],
  );
  if (fixed.length > 0)
    throw badInput(fixed.map((field) => ({ path: `input.${field}`, message: 'cannot be changed' })));
  const { lcmIp = center.lcmIp, lcmPwd = MASK } = changes;
  if (lcmIp !== center.lcmIp && lcmPwd === MASK && center.lcmPwd !== null)
    throw badInput([
      { path: 'input.lcmPwd', message: 'must be given again when the address of the LCM changes' },
    ]);
}
