import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Expectation {
  variables?: Record<string, string>;
  /** What the error names. */
  error?: string;
}

const file = join(import.meta.dirname, 'openrc/expected.json');

/** Of openrc files, by name: what a reader makes of each. */
export const expectations = Object.entries(
  JSON.parse(readFileSync(file, 'utf8')) as Record<string, Expectation>,
).map(([name, expected]) => ({ name, ...expected }));
