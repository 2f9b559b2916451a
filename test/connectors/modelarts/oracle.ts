import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import type { AccessKey } from '../../../src/domains/platforms/signer.port.js';

/** A request as Huawei's own package has it: nothing is percent-encoded. */
export interface OracleRequest {
  method: string;
  /** Scheme, host and path. */
  endpoint: string;
  queryParams?: Record<string, string | string[]>;
  headers: Record<string, string>;
  /** What is sent as JSON. */
  data?: unknown;
  /** In its place, bytes of any kind. */
  bytes?: Uint8Array;
}

/** Huawei's own signer, which hashes no bytes that are no JSON. */
class Oracle extends AKSKSigner {
  static path(path: string): string | undefined {
    return Oracle.CanonicalURI(path);
  }

  static override buildPayloadHash(request: never): unknown {
    const { bytes } = request as OracleRequest;
    const { headers } = request as OracleRequest;
    if (!bytes || headers['X-Sdk-Content-Sha256'] !== undefined) return super.buildPayloadHash(request);
    return createHash('sha256').update(bytes).digest('hex');
  }
}

/** The fields that Huawei's own package sends. */
export function signedByOracle(
  request: OracleRequest,
  { accessKey, secretKey }: AccessKey,
): Record<string, string> {
  const credentials = new BasicCredentials({ ak: accessKey, sk: secretKey });
  return Oracle.sign(request, credentials);
}

export const oraclePath = (path: string): string | undefined => Oracle.path(path);

/** Whether the request bears the signature that Huawei's own package gives to it. Of the path, it knows no odd characters. */
export function isSignedRight(
  { method = '', url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Uint8Array,
  key: AccessKey,
): boolean {
  const names = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const { pathname, searchParams } = new URL(url, 'http://any');
  const queryParams: Record<string, string[]> = {};
  for (const [name, value] of searchParams) (queryParams[name] ??= []).push(value);
  const spelled: Record<string, string> = {
    'x-sdk-date': 'X-Sdk-Date',
    'x-sdk-content-sha256': 'X-Sdk-Content-Sha256',
  };
  const given = names
    .filter((name) => name !== 'host')
    .map((name) => [spelled[name] ?? name, String(headers[name])]);
  const request = {
    method,
    endpoint: `http://${headers.host}${decodeURIComponent(pathname)}`,
    queryParams,
    headers: Object.fromEntries(given) as Record<string, string>,
    ...(body.length > 0 && { bytes: body }),
  };
  return signedByOracle(request, key)['Authorization'] === headers.authorization;
}
