import { expect, test } from 'vitest';
import { Outbox } from '../../src/telemetry/outbox.js';

const FRAME = { head: '{"spans":[', tail: ']}' };
/** Some kilobytes each, not all of them of a byte a character. */
const span = (index: number) => JSON.stringify({ index, text: 'ä'.repeat(1000) });

/** An outbox whose messages are taken one by one. */
function slowly() {
  const messages: number[][] = [];
  const troubles: string[] = [];
  const waiting: ((isTaken: boolean) => void)[] = [];
  const outbox = new Outbox({
    frame: FRAME,
    pause: 0,
    warn: (trouble) => troubles.push(trouble),
    send: async (message) => {
      const { spans } = JSON.parse(message.toString()) as { spans: { index: number }[] };
      messages.push(spans.map(({ index }) => index));
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  return { outbox, messages, troubles, take: (isTaken = true) => waiting.shift()?.(isTaken) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('spans wait while others are sent, and then go in one message, in their order', async () => {
  const { outbox, messages, take, troubles } = slowly();
  outbox.add(span(0));
  await expect.poll(() => messages).toEqual([[0]]);
  outbox.add(span(1));
  outbox.add(span(2));
  take();
  await expect.poll(() => messages).toEqual([[0], [1, 2]]);
  take();
  outbox.add(span(3));
  const closed = outbox.close();
  await expect.poll(() => messages.length).toBe(3);
  take();
  expect(await closed).toBe(true);
  expect(troubles).toEqual([]);
});

test('many are sent at once, and what a slow collector has no room for is dropped, and said', async () => {
  const { outbox, messages, take, troubles } = slowly();
  const all = upTo(3000);
  for (const index of all) outbox.add(span(index));
  take();
  await expect.poll(() => messages.length).toBe(2);
  const sent = messages.flat();
  expect(sent).toEqual(upTo(sent.length));
  expect(sent.length).toBeGreaterThan(1000);
  expect(troubles).toEqual([
    `${all.length - sent.length} spans were dropped: the collector is slower than they come`,
  ]);
  take();
  outbox.add(span(9999));
  const closed = outbox.close();
  await expect.poll(() => messages.at(-1)).toEqual([9999]);
  take(false);
  expect(await closed).toBe(false);
});

test('a collector that refuses is asked again after a pause, however much has come', async () => {
  const sent: number[] = [];
  const outbox = new Outbox({
    frame: FRAME,
    pause: 60_000,
    warn: () => undefined,
    send: async (message) => {
      sent.push(message.length);
      return false;
    },
  });
  for (const index of upTo(1000)) outbox.add(span(index));
  await expect.poll(() => sent.length).toBe(1);
  for (const index of upTo(500)) outbox.add(span(index));
  await new Promise(setImmediate);
  expect(sent).toHaveLength(1);
  expect(await outbox.close()).toBe(false);
  expect(sent).toHaveLength(2);
});
