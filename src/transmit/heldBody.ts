import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DomainError } from '../kernel/errors.js';
import { Gathered } from '../kernel/gathered.js';
import type { Held } from '../kernel/uploadRoom.js';

/** Bytes of a body that is signed: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html */
const MOST_HELD = 12_582_912;
/** Bytes that are sent on at once, so that a slow platform shows that it takes them. */
const PIECE = 65_536;

const tooLarge = () =>
  new DomainError(
    'TOO_LARGE',
    `a body that is signed on the way has ${MOST_HELD} bytes at most; sign it yourself, or register a user of IAM`,
  );

/** Reads a request's whole body, whose sender has `patience` milliseconds for each part of it; null when the sender went away. */
export function holdBody(request: IncomingMessage, held: Held, patience: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > MOST_HELD) return reject(tooLarge());
    const body = new Gathered();
    const stop = () => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', leave);
    };
    const fail = (error: unknown) => {
      stop();
      request.pause();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const take = (part: Buffer) => {
      timer.refresh();
      if (body.length + part.length > MOST_HELD) return fail(tooLarge());
      try {
        held.add(part.length);
      } catch (error) {
        return fail(error);
      }
      body.add(part);
    };
    const finish = () => {
      stop();
      resolve(body.whole());
    };
    const leave = () => {
      stop();
      resolve(null);
    };
    const timer = setTimeout(
      () => fail(new DomainError('REQUEST_TIMEOUT', 'the body did not come to its end in time')),
      patience,
    );
    request.on('data', take).on('end', finish).on('close', leave);
  });
}

/** The body anew, as often as it is asked for. */
export function streamOf(body: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(body.length / PIECE) }, (_, index) =>
    body.subarray(index * PIECE, (index + 1) * PIECE),
  );
  return Readable.from(pieces);
}
