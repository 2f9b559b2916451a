import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type SecureContextOptions, createSecureContext } from 'node:tls';
import { DomainError } from '../kernel/errors.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

function readFile(name: 'TLS_CERT' | 'TLS_KEY', file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new DomainError('BAD_INPUT', `${name} ${file} cannot be read: ${fileReason(error)}`);
  }
}

/** OpenSSL's own words say neither which file is meant nor what to do. */
function check(options: SecureContextOptions, message: string): void {
  try {
    createSecureContext(options);
  } catch (error) {
    throw new DomainError('BAD_INPUT', message, {}, { cause: error });
  }
}

/** The certificate and key with which the server speaks TLS, if it does. Throws what is wrong with which of them. */
export function readTls({ TLS_CERT, TLS_KEY }: Pick<Config, 'TLS_CERT' | 'TLS_KEY'>): TlsFiles | undefined {
  if (!TLS_CERT) return undefined;
  const cert = readFile('TLS_CERT', TLS_CERT);
  const key = readFile('TLS_KEY', TLS_KEY);
  check({ cert }, `TLS_CERT ${TLS_CERT} holds no certificate in PEM form`);
  check({ key }, `TLS_KEY ${TLS_KEY} holds no private key in PEM form, or one that needs a passphrase`);
  check({ cert, key }, `TLS_KEY ${TLS_KEY} is not the key of the first certificate in TLS_CERT ${TLS_CERT}`);
  return { cert, key };
}

/** Why callers refuse the certificate at that time, if they do: no reason for us not to serve. */
export function certificateFlaw(
  settings: Pick<Config, 'TLS_CERT' | 'TLS_KEY'>,
  now: Date,
): string | undefined {
  const tls = readTls(settings);
  if (!tls) return undefined;
  const { validFromDate, validToDate } = new X509Certificate(tls.cert);
  const { TLS_CERT } = settings;
  if (now < validFromDate) return `TLS_CERT ${TLS_CERT} is not valid before ${validFromDate.toISOString()}`;
  if (now > validToDate) return `TLS_CERT ${TLS_CERT} is not valid since ${validToDate.toISOString()}`;
  return undefined;
}
