import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Contract } from './contract.js';

/** An example from a source document. */
export interface Sample {
  /** Document and section. */
  source: string;
  request: { method: string; path: string; body?: unknown; token?: boolean };
  response: { status: number; body: unknown };
}

/** The samples of a folder, by file name. */
export function readSamples<T extends { source: string }>(folder: string): [string, T][] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as T]);
}

/** What stands in a sample for a value that differs from run to run. */
const PLACEHOLDERS: Record<string, (value: unknown) => boolean> = {
  $uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  $id: (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
  $time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value),
  $token: (value) => typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value),
  $boolean: (value) => typeof value === 'boolean',
  $int: Number.isInteger,
  $string: (value) => typeof value === 'string',
};

/** The value with everything that satisfies the sample's placeholders replaced by them. */
function withPlaceholders(actual: unknown, expected: unknown): unknown {
  if (typeof expected === 'string' && PLACEHOLDERS[expected]?.(actual)) return expected;
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null)
    return actual;
  if (Array.isArray(actual))
    return actual.map((item, index) => withPlaceholders(item, (expected as unknown[])[index]));
  const sample = expected as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, withPlaceholders(value, sample[key])]),
  );
}

/** Same status, same keys in the same order, same values, and all of it as the document of the system says. */
export async function expectSample(
  response: Response,
  { status, body }: Sample['response'],
  contract: Contract,
  { method, path }: Pick<Sample['request'], 'method' | 'path'>,
): Promise<void> {
  const text = await response.text();
  expect(JSON.stringify(withPlaceholders(JSON.parse(text), body))).toBe(JSON.stringify(body));
  expect(response.status).toBe(status);
  const { headers } = response;
  expect(contract.breachesIn({ method, path, status, headers, text })).toEqual([]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
}
