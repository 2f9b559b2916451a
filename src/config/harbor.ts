import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DomainError } from '../kernel/errors.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

export interface HarborPlace {
  /** Scheme, host and port; empty where there is no image repository. */
  url: string;
  /** Certificates (PEM) that vouch for its; the system's where undefined. */
  ca: string | undefined;
}

function readCertificates(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    if (new X509Certificate(pem).raw.length > 0) return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isRead = code === undefined || code.startsWith('ERR_');
    const why = isRead ? 'holds no certificate in PEM form' : `cannot be read: ${fileReason(error)}`;
    throw new DomainError('BAD_INPUT', `HARBOR_CA ${file} ${why}`, {}, { cause: error });
  }
  throw new DomainError('BAD_INPUT', `HARBOR_CA ${file} holds no certificate in PEM form`);
}

type HarborConfig = Pick<Config, 'HARBOR_URL' | 'HARBOR_CA' | 'HARBOR_ADMIN_USER' | 'HARBOR_ADMIN_PASSWORD'>;

/** Where the image repository is. Throws what is wrong with which setting. */
export function readHarbor(config: HarborConfig): HarborPlace {
  const { HARBOR_URL, HARBOR_CA, HARBOR_ADMIN_USER, HARBOR_ADMIN_PASSWORD } = config;
  if (Boolean(HARBOR_ADMIN_USER) !== Boolean(HARBOR_ADMIN_PASSWORD))
    throw new DomainError('BAD_INPUT', 'HARBOR_ADMIN_USER and HARBOR_ADMIN_PASSWORD go together');
  if (HARBOR_URL !== '' && !URL.canParse(HARBOR_URL))
    throw new DomainError('BAD_INPUT', 'HARBOR_URL must be an address such as https://harbor.example.org');
  return {
    url: HARBOR_URL === '' ? '' : new URL(HARBOR_URL).origin,
    ca: HARBOR_CA === '' ? undefined : readCertificates(HARBOR_CA),
  };
}
