import { randomBytes } from 'node:crypto';

const BYTES = 16;
const HEX_ID = /^[0-9a-f]{32}$/i;

/** A key that nothing else has: 32 hex digits. */
export const newHexId = (): string => randomBytes(BYTES).toString('hex');

export const isHexId = (text: string): boolean => HEX_ID.test(text);

/** The key as it is stored; null when no row can have it. */
export const parseHexId = (text: string): string | null => (isHexId(text) ? text.toLowerCase() : null);
