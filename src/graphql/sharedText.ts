import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import Negotiator from 'negotiator';

const compress = promisify(gzip);

/** A large text that every caller gets alike, compressed once. Nobody's secret stands in it, so that its size tells none. */
export class SharedText {
  #compressed: Promise<Buffer> | undefined;

  constructor(readonly text: string) {}

  async send({ headers }: Pick<IncomingMessage, 'headers'>, response: ServerResponse): Promise<void> {
    response.appendHeader('Vary', 'Accept-Encoding');
    if (new Negotiator({ headers }).encoding(['gzip', 'identity']) !== 'gzip') {
      response.end(this.text);
      return;
    }
    this.#compressed ??= compress(this.text);
    const compressed = await this.#compressed;
    response
      .setHeader('Content-Encoding', 'gzip')
      .setHeader('Content-Length', compressed.length)
      .end(compressed);
  }
}
