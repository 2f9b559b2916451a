import type { IncomingMessage } from 'node:http';

/** Whether the message has a body, by its framing (RFC 9112 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/** As much of an unused body is read, so that the client gets to see its answer, and no more (bytes, milliseconds). */
const MOST_DISCARDED = 1_048_576;
const LONGEST_DISCARDING = 5_000;

/**
 * Reads and drops what is left of a request's body. When that is too much or takes too long, the connection is closed:
 * nothing else can follow on it.
 */
export function discardBody(request: IncomingMessage, done: () => void): void {
  const { socket } = request;
  let left = MOST_DISCARDED;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', drop).off('end', finish).off('close', finish);
    done();
  };
  const giveUp = () => {
    finish();
    socket.destroySoon();
  };
  const drop = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) giveUp();
  };
  const timer = setTimeout(giveUp, LONGEST_DISCARDING).unref();
  request.on('data', drop).once('end', finish).once('close', finish);
  request.resume();
}
