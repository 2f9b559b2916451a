import type {
  CloudConnector,
  ConnectionFailure,
  ConnectionState,
  LcmAccount,
} from '../../domains/datacenters/cloud.port.js';
import { DomainError } from '../../kernel/errors.js';
import { type Ssh, SshError, type SshFailure, type SshSession } from '../ssh/index.js';
import type { CloudLogin } from './account.js';
import { parseOpenrc } from './openrc.js';
import { OpenrcError, loginOf } from './openrcLogin.js';

const FAILURES: Readonly<Record<SshFailure, ConnectionFailure>> = {
  LOGIN_REFUSED: 'AUTHENTICATION_FAILED',
  NO_COMMON_ALGORITHM: 'AUTHENTICATION_FAILED',
  ACCOUNT_REFUSED: 'PERMISSION_DENIED',
  PASSWORD_EXPIRED: 'PERMISSION_DENIED',
  COMMAND_REFUSED: 'PERMISSION_DENIED',
  FILE_UNREADABLE: 'PERMISSION_DENIED',
  FORWARDING_REFUSED: 'PERMISSION_DENIED',
  DROPPED: 'UNABLE_TO_CONNECT',
  REFUSED: 'UNABLE_TO_CONNECT',
  HOST_KEY_CHANGED: 'UNABLE_TO_CONNECT',
  LOST: 'UNABLE_TO_CONNECT',
  TOO_LARGE: 'UNABLE_TO_CONNECT',
  UNREACHABLE: 'UNABLE_TO_REACH',
  TARGET_UNREACHABLE: 'UNABLE_TO_REACH',
  TIMED_OUT: 'UNABLE_TO_REACH',
};

/** Logs in at the LCM. Throws DomainError, SshErrors above all. */
export function openLcm(ssh: Ssh, account: LcmAccount, signal: AbortSignal): Promise<SshSession> {
  return ssh.open({ role: 'the LCM', ...account }, signal);
}

/** The account of the cloud that an openrc file on the LCM tells. Throws DomainError. */
export async function readOpenrc(session: SshSession, path: string): Promise<CloudLogin> {
  const file = await session.readFile(path);
  try {
    return loginOf(parseOpenrc(file));
  } catch (error) {
    if (!(error instanceof OpenrcError)) throw error;
    throw new DomainError('UPSTREAM_ERROR', `${session.named} has ${path}, and ${error.message}`);
  }
}

/** What `CloudConnector.test` does. */
export function connectionTest(ssh: Ssh): CloudConnector['test'] {
  return async (account, signal): Promise<ConnectionState> => {
    let session: SshSession | undefined;
    try {
      session = await openLcm(ssh, account, signal);
      await session.exec(['true']);
      if (account.openrcPath !== null) await readOpenrc(session, account.openrcPath);
      return { failure: null, reason: null, hostKey: session.hostKey };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DomainError)) throw error;
      const hostKey = error instanceof SshError ? error.hostKey : (session?.hostKey ?? null);
      return { failure: failureOf(error), reason: error.message, hostKey };
    } finally {
      await session?.close();
    }
  };
}

function failureOf(error: DomainError): ConnectionFailure {
  if (error instanceof SshError) return FAILURES[error.failure];
  return error.code === 'ADDRESS_DENIED' ? 'UNABLE_TO_REACH' : 'PERMISSION_DENIED';
}
