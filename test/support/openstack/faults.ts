import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type Upstream, httpUpstream } from '../upstream.js';
import { CHANGES } from './faultyBodies.js';
import type { Raw } from './world.js';

export interface Fault {
  fault:
    | 'status'
    | 'expired'
    | 'hang'
    | 'stall'
    | 'drip'
    | 'reset'
    | 'cut'
    | 'half'
    | 'html'
    | 'microversion'
    | 'delay'
    | 'echo'
    | 'body'
    | keyof typeof CHANGES;
  /** Which requests, by a part of path and query; all without it. */
  path?: string;
  /** How often; always without it. */
  times?: number;
  status?: number;
  /** Seconds. */
  retryAfter?: number;
  /** The highest microversion. */
  max?: string;
  /** Megabytes. */
  mb?: number;
  /** Milliseconds. */
  ms?: number;
  /** In place of an answer. */
  body?: string;
}

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** As services word their failures. */
const refusalBody = (status: number): Raw =>
  status === 401
    ? {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      }
    : { computeFault: { code: status, message: `injected: ${http.STATUS_CODES[status] ?? 'Error'}` } };

const HTML = '<html><body><h1>Service temporarily unavailable</h1></body></html>\n';
const HOP = ['connection', 'transfer-encoding', 'keep-alive', 'content-length'];

/** Stands before the services of an OpenStack and makes them misbehave. Their addresses become its own in what they answer. */
export class Faults {
  readonly #faults: (Fault & { hits: number })[] = [];
  readonly #fronts: { real: string; front: Upstream }[] = [];

  /** `origins` of the services, all of them, such as `http://127.0.0.1:5000`. */
  static async before(origins: readonly string[]): Promise<Faults> {
    const faults = new Faults();
    for (const real of new Set(origins)) {
      const front = await httpUpstream((request, response) => {
        faults.#answer(real, request, response).catch((error: Error) => response.destroy(error));
      });
      faults.#fronts.push({ real, front });
    }
    return faults;
  }

  add(...faults: Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ ...fault, hits: 0 })));
  }

  /** Forgets all faults. */
  clear(): void {
    this.#faults.length = 0;
  }

  /** How often the first of the faults struck. */
  get hits(): number {
    return this.#faults[0]?.hits ?? 0;
  }

  /** The address, before the service that it leads to. */
  inFront(address: string): string {
    return this.#fronts.reduce(
      (text, { real, front }) => text.replaceAll(real, `http://127.0.0.1:${front.port}`),
      address,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#fronts.map(({ front }) => front.close()));
  }

  #pick(url: string): Fault | undefined {
    const found = this.#faults.find(
      ({ path = '', times = Infinity, hits }) => url.includes(path) && hits < times,
    );
    if (found) found.hits += 1;
    return found;
  }

  async #answer(real: string, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { url = '/' } = request;
    const body = await buffer(request);
    const fault = this.#pick(url);
    const refuse = (status: number) => {
      const retry = fault?.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      response.writeHead(status, { 'content-type': 'application/json', ...retry });
      response.end(JSON.stringify(refusalBody(status)));
    };
    const is = (...names: Fault['fault'][]) => fault !== undefined && names.includes(fault.fault);
    if (is('hang')) return;
    if (is('status')) return refuse(fault?.status ?? 500);
    if (is('expired')) return refuse(401);
    if (is('microversion') && isTooNew(request.headers, fault?.max ?? '')) return refuse(406);
    // A front that shows what it was asked.
    if (is('echo')) {
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: JSON.stringify(request.headers) }));
      return undefined;
    }
    if (is('body')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault?.body);
      return undefined;
    }
    if (is('reset')) return void request.socket.resetAndDestroy();
    if (is('html')) return void response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
    if (is('delay')) await setTimeout(fault?.ms ?? 1000);
    // Services that know no pages answer the same whatever the marker.
    const path = fault?.fault === 'loop' ? url.replace(/([?&])marker=[^&]*&?/, '$1') : url;
    const answer = await ask(real + path, request, body);
    return this.#send(request, response, fault, this.#changed(answer, fault, url));
  }

  #changed(answer: Answer, fault: Fault | undefined, url: string): Answer {
    if (!answer.headers['content-type']?.includes('json')) return answer;
    const text = this.inFront(answer.body.toString());
    const change = fault && CHANGES[fault.fault as keyof typeof CHANGES];
    if (!change || text === '') return { ...answer, body: Buffer.from(text) };
    const document = JSON.parse(text) as Raw;
    change(document, { url, mb: fault.mb ?? 50, max: fault.max ?? '' });
    return { ...answer, body: Buffer.from(JSON.stringify(document)) };
  }

  async #send(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    fault: Fault | undefined,
    { status, headers, body }: Answer,
  ): Promise<void> {
    const half = body.subarray(0, body.length >> 1);
    const told = fault?.fault === 'half' ? half : body;
    const kept = Object.entries(headers).filter(([name]) => !HOP.includes(name));
    response.writeHead(status, { ...Object.fromEntries(kept), 'content-length': String(told.length) });
    if (fault?.fault === 'stall') response.write(half);
    else if (fault?.fault === 'cut') {
      response.write(half, () => request.socket.resetAndDestroy());
    } else if (fault?.fault === 'drip') {
      for (let at = 0; at < told.length && !response.destroyed; at += 1) {
        response.write(told.subarray(at, at + 1));
        await setTimeout(fault.ms ?? 100);
      }
      response.end();
    } else response.end(told);
  }
}

function isTooNew(headers: http.IncomingHttpHeaders, max: string): boolean {
  const asked = headers['openstack-api-version'];
  if (typeof asked !== 'string') return false;
  const [, minor = 0] = (asked.split(' ').pop() ?? '').split('.').map(Number);
  return minor > Number(max.split('.')[1]);
}

function ask(url: string, { method, headers }: http.IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = http.request(url, { method, headers, agent: false }, (answer) => {
      buffer(answer).then(
        (whole) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole }),
        reject,
      );
    });
    asking.on('error', reject).end(body);
  });
}
