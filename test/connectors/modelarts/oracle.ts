import { createHash } from 'node:crypto';
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
    return bytes ? createHash('sha256').update(bytes).digest('hex') : super.buildPayloadHash(request);
  }
}

/** The fields that Huawei's own package sends. */
export function signedByOracle(
  request: OracleRequest,
  { accessKey, secretKey }: AccessKey,
): Record<string, string> {
  const credentials = new BasicCredentials({ ak: accessKey, sk: secretKey });
  return Oracle.sign(request as never, credentials as never) as Record<string, string>;
}

export const oraclePath = (path: string): string | undefined => Oracle.path(path);
