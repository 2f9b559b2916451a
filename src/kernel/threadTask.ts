import { DomainError, type ErrorCode, type ErrorDetails } from './errors.js';

/** What a thread is asked to do: an exported function of a file. */
export interface ThreadTask {
  file: string;
  name: string;
  input: unknown;
}

/** What came of it: a DomainError does not survive the way out of a thread, and goes as what it holds. */
export type ThreadResult =
  | { value: unknown }
  | { failure: { code: ErrorCode; message: string; details: ErrorDetails } };

/** What runs in a thread. */
export default async function run({ file, name, input }: ThreadTask): Promise<ThreadResult> {
  const work = (await import(file)) as Record<string, (input: unknown) => unknown>;
  try {
    return { value: await work[name]?.(input) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message, details } = error;
    return { failure: { code, message, details } };
  }
}
