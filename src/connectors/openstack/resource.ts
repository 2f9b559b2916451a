import type { z } from 'zod';
import type { ServiceName } from './services.js';

/** A list of OpenStack's, as it is asked for and read. */
export interface Resource<T extends z.ZodType<{ id: string }>> {
  service: ServiceName;
  /** Below the service's endpoint. */
  path: string;
  /** Under which the answer has the items. */
  key: string;
  query?: Readonly<Record<string, string | readonly string[]>>;
  /** Items of one page, at most; undefined where the list has no pages. */
  limit?: number;
  /** The fields that are read; all others are dropped as they come. */
  item: T;
  /** What an account needs that may read it, as the service's policies name it. */
  right: string;
}

export const resource = <T extends z.ZodType<{ id: string }>>(declared: Resource<T>): Resource<T> => declared;
