/** A host key as it comes, as `<algorithm> <base64>`; RFC 4253, 6.6. */
export function hostKeyOf(blob: Buffer): string {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return `${blob.toString('latin1', 4, 4 + length)} ${blob.toString('base64')}`;
}

export function keyTypeOf(hostKey: string): string {
  return hostKey.split(' ', 1)[0] ?? '';
}
