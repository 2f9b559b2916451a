import { z } from 'zod';
import type { ErrorCode } from '../../kernel/errors.js';

export const tag = 'Repository Management';

/** ote 002, Repository Management: its tables have 400 for bad parameters. */
export const statuses = { BAD_INPUT: 400 } as const;

/** What may come of a call to the image repository. */
export const REMOTE: readonly ErrorCode[] = [
  'ACCOUNT_REQUIRED',
  'NOT_FOUND',
  'CONFLICT',
  'NOT_CONFIGURED',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_CERTIFICATE',
  'UPSTREAM_PROTOCOL',
  'UPSTREAM_ERROR',
];

/** What every call to the image repository tells in its description. */
export const AS_CALLER =
  "Done as the caller's account of the image repository: 401 with none, or one that it refuses; 500 without an image repository, and when it does not answer.";

export const Seconds = z.int().meta({ description: 'Seconds since 1970; 0 when unknown' });

export const TIMES = { createTime: Seconds, updateTime: Seconds };
