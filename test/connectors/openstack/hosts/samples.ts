import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'samples');

/** What a tool of a host printed, by the file's name. */
export const sample = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

export const SAMPLES: readonly string[] = readdirSync(FOLDER);
