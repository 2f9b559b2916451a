import type { MessagePort } from 'node:worker_threads';
import { badInput } from '../../../src/kernel/errors.js';

// What the test of threads has done in them.

export function double(number: number): number {
  return number * 2;
}

export function refuse(path: string): never {
  throw badInput([{ path, message: 'is not wanted' }]);
}

export function fail(message: string): never {
  throw new TypeError(message);
}

export function endless(): never {
  for (;;);
}

export function greedy(): number {
  const all: number[][] = [];
  for (;;) all.push(Array.from({ length: 10_000 }, (__, index) => index));
}

/** Says that it has begun, and goes on once it is told to. */
export async function wait(port: MessagePort): Promise<string> {
  const told = new Promise((resolve) => {
    port.once('message', resolve);
  });
  port.postMessage('begun');
  await told;
  port.close();
  return 'told';
}
