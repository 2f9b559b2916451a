import { createHmac, hash } from 'node:crypto';
import type { AccessKey, SignableRequest, Signature } from '../../domains/platforms/signer.port.js';
import { canonicalTarget } from './canonical.js';

const ALGORITHM = 'SDK-HMAC-SHA256';
/** What is signed in place of the hash of a body that nobody has read yet. */
const UNSIGNED = 'UNSIGNED-PAYLOAD';
/** Its parameters may be chosen after the request was signed. */
const FORM = /^\s*multipart\/form-data/i;

const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** `20260102T030405Z`. */
function basicFormat(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

interface Signing {
  key: AccessKey;
  projectId: string | null;
  /** By the platform's clock. */
  now: Date;
}

/** The fields by which Huawei's services know the holder of an access key. */
export function signatureOf(request: SignableRequest, { key, projectId, now }: Signing): Signature {
  const { method, path: target, host, contentType, body } = request;
  const { accessKey, secretKey, securityToken } = key;
  const date = basicFormat(now);
  const own: Record<string, string> = {
    'X-Sdk-Date': date,
    ...(projectId !== null && { 'X-Project-Id': projectId }),
    ...(securityToken !== undefined && { 'X-Security-Token': securityToken }),
    ...(body === null && { 'X-Sdk-Content-Sha256': UNSIGNED }),
  };
  const given = {
    Host: host,
    ...(contentType !== undefined && !FORM.test(contentType) && { 'Content-Type': contentType }),
  };
  const signed = Object.entries({ ...own, ...given })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const { path, query } = canonicalTarget(target);
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const digest = body === null ? UNSIGNED : sha256(body);
  const canonical = [method, path, query, lines, names, digest].join('\n');
  const text = [ALGORITHM, date, sha256(canonical)].join('\n');
  const signature = createHmac('sha256', secretKey).update(text).digest('hex');
  return {
    ...own,
    Authorization: `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
