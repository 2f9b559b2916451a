import { codeOf } from '../config/files.js';
import { DomainError } from '../kernel/errors.js';

/** Seconds after which a request makes sense again. */
export const RETRY_AFTER = 2;

/** What PostgreSQL's SQLSTATE, or the class that begins it, says of the database rather than of the statement. */
const MEANINGS: Readonly<Record<string, string>> = {
  '08': 'the database does not answer',
  '25006': 'the database refuses writes',
  '25P03': 'the database ended a transaction that took too long',
  '28': 'the database does not let us in',
  '3D000': 'the database does not exist',
  '3F000': 'the database does not hold our tables',
  '40': 'the database is busy with what others change',
  '42501': 'the database does not grant what we need',
  '42P01': 'the database does not hold our tables',
  '53': 'the database has run out of resources',
  '53100': 'the database has no room left',
  '53300': 'the database has no connection left',
  '55000': 'the database takes no connections now',
  '55P03': 'the database is busy with what others change',
  '57014': 'the database took too long',
  '57P': 'the database is starting, stopping or was told to hang up',
  '58': 'the database has trouble with its disk',
};

/** What the file system's refusals are to PostgreSQL. */
const FILE_REFUSALS: Readonly<Record<string, string>> = { ENOSPC: '53100', EDQUOT: '53100', EROFS: '25006' };

/** Those for which PostgreSQL has no SQLSTATE of its own, by how its text ends. */
const ENDINGS: readonly [ending: string, code: string][] = [
  ['quota exceeded', '53100'],
  ['read-only file system', '25006'],
];

/** Characters of a SQLSTATE: the whole, the class in use by PostgreSQL alone, and the standard's class. */
const PREFIXES = [5, 3, 2];

/** Refusals that a later write may meet again although reading works. */
const WRITE_REFUSALS: ReadonlySet<string> = new Set(['25006', '53100', '58030']);

interface ServerError extends Error {
  severity: string;
  code: string;
}

/** Whether the server said it, rather than the connection or its absence. */
export const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';

/** `foreign_key_violation`, and what PostgreSQL 18 calls that of `on delete restrict`. */
const STILL_REFERRED_TO: ReadonlySet<string> = new Set(['23503', '23001']);

/** Whether another row refers to one that would be deleted. */
export const isStillReferredTo = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && STILL_REFERRED_TO.has(String(error.code));

function stateOf({ code, message }: ServerError): string {
  const text = message.toLowerCase();
  return ENDINGS.find(([ending]) => text.endsWith(ending))?.[1] ?? code;
}

export const refusesWrites = (error: unknown): boolean =>
  isServerError(error) && WRITE_REFUSALS.has(stateOf(error));

/** Whether the server has given up a statement, such as by its `statement_timeout`. */
export const tookTooLong = (error: unknown): boolean => isServerError(error) && error.code === '57014';

function meaningOf(error: Error): string | undefined {
  if (!isServerError(error)) return error instanceof TypeError ? undefined : MEANINGS['08'];
  const code = stateOf(error);
  return PREFIXES.map((length) => MEANINGS[code.slice(0, length)]).find((meaning) => meaning !== undefined);
}

/** A failure that tells whoever asked that the database cannot work now, and why. */
export function unavailable(why: string): Error {
  return new Error(why, { cause: new DomainError('UNAVAILABLE', why, { retryAfter: RETRY_AFTER }) });
}

/** For whoever was connected to the embedded database when it ended, by what the file system refuses, if anything. */
export function unavailableBy(refusal: unknown): Error {
  return unavailable(MEANINGS[FILE_REFUSALS[codeOf(refusal) ?? ''] ?? '08'] ?? '');
}

/** The same error; where it tells that the database cannot work now, its cause says so to whoever asked. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error.cause instanceof DomainError) return error;
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const cause = new DomainError('UNAVAILABLE', meaning, { retryAfter: RETRY_AFTER });
  return Object.assign(error, { cause });
}
