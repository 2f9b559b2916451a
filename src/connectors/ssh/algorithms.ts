import type { Algorithms } from 'ssh2';

/**
 * What OpenSSH 9 offers, as far as ssh2 has it; but no exchange in which the machine chooses the group, which is checked
 * before it is used: for one of 4096 bits everything stops for half a minute, for one of 8192 for two.
 */
const MODERN = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const satisfies Algorithms;

/** SHA-1, CBC and short groups, which old machines have alone. */
const LEGACY = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
} as const satisfies Algorithms;

const HOST_KEYS = [...MODERN.serverHostKey, ...LEGACY.serverHostKey];
type HostKeyAlgorithm = (typeof HOST_KEYS)[number];

/** The type of key that an algorithm signs with: RSA has several. */
const keyTypeOf = (algorithm: HostKeyAlgorithm): string =>
  algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm;

/** What is offered; of host keys the pinned one's type first, as a machine with several shows the first that both have. */
export function algorithms(isLegacyAllowed: boolean, pinnedType: string | undefined): Algorithms {
  const legacy = isLegacyAllowed ? LEGACY : undefined;
  const hostKeys = HOST_KEYS.filter((name) => isLegacyAllowed || name !== 'ssh-rsa');
  const isPinned = (name: HostKeyAlgorithm) => keyTypeOf(name) === pinnedType;
  return {
    kex: [...MODERN.kex, ...(legacy?.kex ?? [])],
    serverHostKey: [...hostKeys.filter(isPinned), ...hostKeys.filter((name) => !isPinned(name))],
    cipher: [...MODERN.cipher, ...(legacy?.cipher ?? [])],
    hmac: [...MODERN.hmac, ...(legacy?.hmac ?? [])],
    // What is compressed has no known size.
    compress: ['none'],
  };
}
