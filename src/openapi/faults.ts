import type { z } from 'zod';
import { badInput, type DomainError, type FieldError } from '../kernel/errors.js';
import { below } from './pointer.js';
import { mustBe } from './words.js';

const MOST_TOLD = 50;

/** Of what is quoted of a document. */
const MOST_QUOTED = 80;

export const quoted = (text: string): string => JSON.stringify(text.slice(0, MOST_QUOTED).toWellFormed());

/** The library's own words are for programmers. */
const spoken: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required' : mustBe(issue.expected);
};

/** What is wrong in a document, by its place. */
export class Faults {
  readonly #found: FieldError[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(path: string, message: string): void {
    this.#count += 1;
    if (this.#found.length < MOST_TOLD) this.#found.push({ path: path.toWellFormed(), message });
  }

  /** The value as the schema makes it; undefined, and told, where it is not what the schema describes. */
  check<T extends z.ZodType>(schema: T, value: unknown, place: string): z.output<T> | undefined {
    const result = schema.safeParse(value, { error: spoken });
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) this.add(below(place, ...path.map(String)), message);
    return undefined;
  }

  error(): DomainError {
    const more = this.#count - this.#found.length;
    return badInput(more > 0 ? [...this.#found, { path: '', message: `and ${more} more` }] : this.#found);
  }
}
