import { createHash } from 'node:crypto';

/** The fingerprint of a host key, `<algorithm> <base64>`, as OpenSSH prints it. */
export function fingerprintOf(hostKey: string): string {
  const [, blob = ''] = hostKey.split(' ');
  const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${hash.replaceAll('=', '')}`;
}
