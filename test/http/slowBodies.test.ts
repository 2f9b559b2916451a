import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Census } from '../../src/http/census.js';

const LIMITS = { unreadTimeout: 60_000, mostUnread: 1_000_000, mostSending: 10, senderOf: () => undefined };

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

/** Begins a request whose body does not come to its end. */
function begin(isOurs: boolean) {
  const destroy = vi.fn<() => void>();
  const socket = Object.assign(new EventEmitter(), {
    bytesRead: 100,
    writableLength: 0,
    destroy,
  }) as unknown as Socket;
  const request = { socket, complete: false };
  const response = new EventEmitter();
  const census = new Census(LIMITS);
  census.add(socket);
  census.begin(request as unknown as IncomingMessage, response as unknown as ServerResponse, isOurs);
  return { request, response, destroy };
}

test.each([
  ['', () => undefined],
  [', answered though it may be', ({ response }: ReturnType<typeof begin>) => response.emit('close')],
])('who takes longer than half a minute to send a body is cut off%s', (_name, change) => {
  const begun = begin(true);
  const { destroy } = begun;
  change(begun);
  vi.advanceTimersByTime(29_900);
  expect(destroy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);
  expect(destroy).toHaveBeenCalled();
});

test.each([
  ['one whose body is there', (begun: ReturnType<typeof begin>) => (begun.request.complete = true), true],
  ['one that is forwarded', () => undefined, false],
])('%s is not', (_name, change, isOurs) => {
  const begun = begin(isOurs);
  change(begun);
  vi.advanceTimersByTime(60_000);
  expect(begun.destroy).not.toHaveBeenCalled();
});
