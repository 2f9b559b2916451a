import type { SealedColumn } from '../../database/sealed.js';
import type { SecretBox } from '../../kernel/secrets.js';
import type { DataCenter } from './dataCenter.entity.js';

/** The passwords of LCMs. */
export const DATA_CENTER_SECRETS: SealedColumn = {
  table: 'data_centers',
  key: 'id',
  column: 'lcm_pwd',
  contextOf: (id) => `data center ${id}`,
};

/** What stands for a password that is not shown. */
export const MASK = '******';

type Sealed = Pick<DataCenter, 'id' | 'lcmPwd'>;

/** The passwords of LCMs, sealed at rest. */
export class DataCenterSecrets {
  constructor(
    private readonly box: SecretBox,
    private readonly reveals: boolean,
  ) {}

  seal(id: string, password: string): string {
    return this.box.seal(password, DATA_CENTER_SECRETS.contextOf(id));
  }

  /** Null where there is none. */
  open({ id, lcmPwd }: Sealed): string | null {
    return lcmPwd === null ? null : this.box.open(lcmPwd, DATA_CENTER_SECRETS.contextOf(id));
  }

  /** As Optimus shows it: empty where there is none. */
  show(center: Sealed): string {
    if (center.lcmPwd === null) return '';
    return this.reveals ? (this.open(center) ?? '') : MASK;
  }
}
