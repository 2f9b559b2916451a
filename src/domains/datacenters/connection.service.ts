import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { parse } from '../../kernel/validation.js';
import type { CloudAccount, CloudConnector, ConnectionState } from './cloud.port.js';
import { type ConnectionStatus, statusOf } from './connection.js';
import { DataCenter } from './dataCenter.entity.js';
import { LogIn } from './dataCenter.inputs.js';
import type { DataCenterSecrets } from './dataCenter.secrets.js';
import { Places } from './places.js';

/** Milliseconds for a whole test, of which the connector gives no step more than ten seconds. */
const PATIENCE = 30_000;
/** Tests in this replica. */
const MOST_TESTS = { tenant: { atOnce: 4, waiting: 36 }, all: { atOnce: 16, waiting: 64 } };

const TOO_LATE: ConnectionState = {
  failure: 'UNABLE_TO_REACH',
  reason: 'the LCM does not answer in time',
  hostKey: null,
};
const NOWHERE: ConnectionState = {
  failure: 'UNABLE_TO_CONNECT',
  reason: 'the data center is offline, and no LCM of it is known',
  hostKey: null,
};

type TestedAccount = Parameters<CloudConnector['test']>[0];

/** Where and as whom a data center is logged in to. */
export type StoredAccount = Pick<
  DataCenter,
  'id' | 'lcmIp' | 'lcmUser' | 'lcmPwd' | 'openstackrcDir' | 'tlsCa' | 'hostKey'
>;

/** Whether data centers can be logged in to. */
export class ConnectionService {
  readonly #places = new Places(MOST_TESTS, 'too many connections are being tested');

  constructor(
    private readonly secrets: DataCenterSecrets,
    private readonly connector: () => Promise<CloudConnector>,
  ) {}

  accountOf(center: StoredAccount): CloudAccount {
    return {
      address: center.lcmIp,
      user: center.lcmUser,
      password: this.secrets.open(center) ?? '',
      openrcPath: center.openstackrcDir,
      ca: center.tlsCa,
      hostKey: center.hostKey,
    };
  }

  /** RATE_LIMITED while too many others of the tenant, or of all, are tested. */
  async test(ctx: RequestContext, account: TestedAccount): Promise<ConnectionState> {
    const done = new AbortController();
    const signal = AbortSignal.any([ctx.signal, done.signal]);
    try {
      return await this.#places.run(requirePrincipal(ctx), async () => {
        const connector = await this.connector();
        const tooLate = delay(PATIENCE, TOO_LATE, { signal: done.signal });
        return Promise.race([connector.test(account, signal), tooLate]);
      });
    } finally {
      done.abort();
    }
  }

  /** Of a stored one, which the caller may see; the host key that it shows first is the one that it must show from then on. */
  async ofStored(ctx: RequestContext, center: StoredAccount): Promise<ConnectionStatus> {
    if (center.lcmIp === '') return statusOf(NOWHERE);
    const state = await this.test(ctx, this.accountOf(center));
    if (state.failure === null) await this.keep(ctx.em, center, state.hostKey);
    return statusOf(state);
  }

  /** The host key that the LCM showed first. */
  async keep(em: EntityManager, { id, lcmIp, hostKey }: StoredAccount, seen: string | null): Promise<void> {
    if (hostKey === null) await em.nativeUpdate(DataCenter, { id, lcmIp, hostKey: null }, { hostKey: seen });
  }

  /** Of an account that is stored nowhere; no openrc file is looked for. */
  async ofGiven(ctx: RequestContext, given: LogIn): Promise<ConnectionStatus> {
    const { lcmIp: address, lcmUser: user, lcmPwd: password } = parse(LogIn, given, ['input']);
    return statusOf(await this.test(ctx, { address, user, password, openrcPath: null, hostKey: null }));
  }
}
