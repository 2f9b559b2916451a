import { createHash } from 'node:crypto';

/** A host key as it comes, as `<algorithm> <base64>`; RFC 4253, 6.6. */
export function hostKeyOf(blob: Buffer): string {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return `${blob.toString('latin1', 4, 4 + length)} ${blob.toString('base64')}`;
}

export function keyTypeOf(hostKey: string): string {
  return hostKey.split(' ', 1)[0] ?? '';
}

/** As OpenSSH prints it. */
export function fingerprintOf(hostKey: string): string {
  const blob = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace('=', '')}`;
}
