import { setTimeout } from 'node:timers/promises';
import { type Connection, MOST_OBJECT_BYTES, MOST_PAGE_BYTES } from './connection.js';
import { protocolFailure, statusFailure } from './failures.js';
import { LineSplitter } from './lines.js';
import { statusSchema, watchEventSchema } from './objects.js';
import { eventOf, nameOf } from './oversized.js';
import { Oversized } from '../../net/oversized.js';
import type { Pace } from './pace.js';
import { parseJson } from '../../net/text.js';

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: unknown;
}

export interface Watching {
  path: string;
  resourceVersion: string;
  signal: AbortSignal;
  /** The cluster agreed to the watch, of which nothing is read until this resolves. */
  begun: () => Promise<void>;
  /** It did, or bytes came. */
  alive: () => void;
  /** Asks the cluster whether it is there, when the watch is silent. Throws when it is not. */
  probe: () => Promise<void>;
}

/** The next bytes; null when there will be none, because the watch ended, broke, or was silent for too long. */
async function nextChunk(
  iterator: AsyncIterator<Buffer>,
  pace: Pace,
  probe: () => Promise<void>,
): Promise<Buffer | null> {
  const next = iterator.next().then(
    (result) => (result.done ? null : result.value),
    () => null,
  );
  for (let silent = pace.silence; ; silent += pace.silence) {
    const timer = new AbortController();
    const silence = setTimeout(pace.silence, undefined, { signal: timer.signal }).catch(() => undefined);
    const chunk = await Promise.race([next, silence]);
    timer.abort();
    if (chunk !== undefined) return chunk;
    if (silent >= pace.stale) return null;
    await probe();
  }
}

/** Of an event that is too large it must be known what it is about; else the list tells. */
function readOversized(line: Oversized, connection: Connection): WatchEvent {
  const event = eventOf(line);
  if (!event || nameOf(event.object) === undefined)
    throw protocolFailure(connection, `sent a watch event of ${line.complaint}`);
  return event;
}

function readEvent(line: string | Oversized, connection: Connection): WatchEvent {
  if (line instanceof Oversized) return readOversized(line, connection);
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    throw protocolFailure(connection, 'sent a watch event that is no JSON');
  }
  const { type, object } = connection.parse(watchEventSchema, value);
  if (type !== 'ERROR') return { type, object };
  const status = connection.parse(statusSchema, object);
  throw statusFailure(connection, status.code ?? 500, status);
}

/**
 * What changes after a resource version, until the watch ends, as every watch does after a while, or breaks: then the
 * next one goes on from there. Throws DomainError when the cluster refuses, says that something is wrong, or is away.
 * Nothing is read while an event is being handled.
 */
export async function* watchStream(connection: Connection, watching: Watching): AsyncGenerator<WatchEvent> {
  const { path, resourceVersion, signal, begun, alive, probe } = watching;
  const { pace } = connection;
  const seconds = Math.ceil((pace.watchLength * (1 + Math.random())) / 1000);
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(seconds),
    resourceVersion,
  };
  const stream = await connection.stream({ path, query, signal });
  try {
    await begun();
    alive();
    const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
    const splitter = new LineSplitter({ mostBytes: MOST_OBJECT_BYTES, mostRead: MOST_PAGE_BYTES });
    for (;;) {
      const chunk = await nextChunk(iterator, pace, probe);
      if (chunk === null) return;
      alive();
      for (const line of splitter.push(chunk)) {
        // Some fronts keep connections open by empty lines.
        if (line instanceof Oversized || line.trim() !== '') yield readEvent(line, connection);
      }
      if (splitter.oversized) readOversized(splitter.oversized, connection);
    }
  } catch (error) {
    if (error instanceof RangeError) throw protocolFailure(connection, `sent ${error.message}`);
    throw error;
  } finally {
    stream.destroy();
  }
}
