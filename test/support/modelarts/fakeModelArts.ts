// A ModelArts of the catalogue's, for tests: strict about all that the catalogue says of requests, consistent in what it
// answers, and Huawei's gateway and IAM in front of it.
//
//   const fake = await FakeModelArts.start();                 // or { counts: { trainingJobs: 300 }, accessKey: {...}, user: {...} }
//   registerPlatform({ kind: MODELARTS, protocol: HTTP, host: '127.0.0.1', port: fake.port, region: fake.region,
//     projectId: fake.projectId, credentials: fake.accessKey or { ...fake.user, iamEndpoint: fake.url } })
//   fake.asked('listTrainingJobs')                            // how often; fake.requests has each, the refused ones too
//   fake.refusals                                             // why requests were refused: empty, or a client is wrong
//   fake.world.trainingJobs[0].value                          // what is there, to be changed; fake.reset() undoes it all
//   fake.instead('showNotebook', { status: 429, headers: { 'Retry-After': '1' }, body: {...} }, 2)   // twice, then as usual
//   fake.instead('*', (response) => response.destroy())       // any fault; fake.asUsual() ends it
//   fake.iam.revoke(); fake.skew = 3_600_000                  // tokens end; its clock is an hour ahead
//
// By hand: node --import ./test/support/sources.mjs test/support/modelarts/main.ts [port]
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type Upstream, httpUpstream } from '../upstream.js';
import { type AccessKey, checkSignature } from './authentication.js';
import { bodyFaults, queryFaults } from './checks.js';
import { FakeIam, type IamUser } from './iam.js';
import { Operations, operationAt } from './operations.js';
import { Refusal } from './refusal.js';
import { type Counts, type World, WorldMaker } from './world.js';

export interface FakeOptions {
  port?: number;
  accessKey?: AccessKey;
  user?: IamUser;
  projectId?: string;
  counts?: Counts;
  /** Seconds that a token lives. */
  tokenSeconds?: number;
  /** Milliseconds before each answer. */
  latency?: number;
  /** Whether it refuses pages larger than the API reference allows, as some regions do. */
  hasSmallPages?: boolean;
}

/** One that came. */
export interface Asked {
  /** Undefined where the catalogue has none. */
  operation: string | undefined;
  method: string;
  /** Path and query, as they were sent. */
  target: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Of JSON; undefined for none. */
  body: unknown;
  by: 'signature' | 'token' | 'nobody';
  /** What was answered: the status, and the text of the body. */
  status?: number;
  answer?: string;
}

export interface Canned {
  status: number;
  headers?: Record<string, string>;
  /** As it stands, or as JSON. */
  body: string | object;
}

type Handler = (response: ServerResponse, asked: Asked) => void;

const JSON_TYPE = { 'content-type': 'application/json' };

const sent = ({ status, headers, body }: Canned): Handler => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, { ...JSON_TYPE, ...headers }).end(text);
};

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
};

export class FakeModelArts {
  readonly region = 'test-region-1';
  readonly projectId: string;
  readonly accessKey: AccessKey;
  readonly user: IamUser;
  readonly iam: FakeIam;
  /** In the order in which they came. */
  requests: Asked[] = [];
  /** Milliseconds that the clock here is ahead. */
  skew = 0;
  latency: number;
  readonly #operations: Operations;
  readonly #instead = new Map<string, { handler: Handler; times: number }>();

  private constructor(
    options: FakeOptions,
    private readonly upstream: Upstream,
  ) {
    this.projectId = options.projectId ?? '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
    this.accessKey = options.accessKey ?? {
      accessKey: 'TESTACCESSKEY0000001',
      secretKey: 'secret-of-the-test-key',
    };
    this.user = options.user ?? { domain: 'company', user: 'robot', password: 'Robot-Password-1' };
    this.iam = new FakeIam(
      this.user,
      { id: this.projectId, name: this.region },
      options.tokenSeconds ?? 86_400,
    );
    this.latency = options.latency ?? 0;
    this.#operations = new Operations(new WorldMaker(options.counts ?? {}), options.hasSmallPages === true);
  }

  static async start(options: FakeOptions = {}): Promise<FakeModelArts> {
    const upstream = await httpUpstream(
      (request, response) => void fake.#serve(request, response),
      options.port,
    );
    const fake = new FakeModelArts(options, upstream);
    return fake;
  }

  get port(): number {
    return this.upstream.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get world(): World {
    return this.#operations.world;
  }

  /** Reasons of refusals, in their order. */
  get refusals(): string[] {
    return this.requests
      .filter(({ status = 0 }) => status >= 400)
      .map(({ method, target, answer }) => `${method} ${target}: ${answer}`);
  }

  /** How often an operation was asked for, or all together. */
  asked(operation?: string): number {
    return this.requests.filter((each) => operation === undefined || each.operation === operation).length;
  }

  /** Answers an operation (`*`: every one) in another way than usual, for ever or so many times. */
  instead(operation: string, how: Canned | Handler, times = Infinity): void {
    this.#instead.set(operation, { handler: typeof how === 'function' ? how : sent(how), times });
  }

  asUsual(): void {
    this.#instead.clear();
  }

  /** As if just started: what is there, what was asked, and how it answers. */
  reset(): void {
    this.#operations.reset();
    this.requests = [];
    this.asUsual();
  }

  close(): Promise<void> {
    return this.upstream.close();
  }

  #now(): number {
    return Date.now() + this.skew;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(request).catch(() => undefined);
    // Whoever broke off has no answer to hear.
    if (bytes === undefined) return;
    if (this.latency > 0) await setTimeout(this.latency);
    response.setHeader('Date', new Date(this.#now()).toUTCString());
    const { method = '', url: target = '', headers } = request;
    const [path = '', search = ''] = target.split(/\?(.*)/s);
    if (method === 'POST' && path === '/v3/auth/tokens') {
      const { status, headers: more, body } = this.iam.logIn(bytes.toString(), this.#now());
      response.writeHead(status, { ...JSON_TYPE, ...more }).end(JSON.stringify(body));
      return;
    }
    const match = operationAt(method, path);
    const asked: Asked = {
      operation: match?.operation.operationId,
      method,
      target,
      query: new URLSearchParams(search),
      headers,
      bytes,
      body: bytes.length === 0 ? undefined : parsed(bytes),
      by: 'nobody',
    };
    this.requests.push(asked);
    const handler = this.#canned(asked.operation);
    if (handler) {
      handler(response, asked);
      return;
    }
    const { status, body } = this.#reply(asked, match);
    asked.status = status;
    asked.answer = body === null ? '' : JSON.stringify(body);
    response.writeHead(status, body === null ? {} : JSON_TYPE).end(asked.answer);
  }

  #canned(operation = ''): Handler | undefined {
    const name = this.#instead.has(operation) ? operation : '*';
    const entry = this.#instead.get(name);
    if (!entry) return undefined;
    entry.times -= 1;
    if (entry.times <= 0) this.#instead.delete(name);
    return entry.handler;
  }

  #reply(asked: Asked, match: ReturnType<typeof operationAt>): { status: number; body: object | null } {
    try {
      this.#authenticate(asked);
      if (!match) throw new Refusal(404, 'APIGW.0101', 'The API does not exist or has not been published');
      const { operation, parameters } = match;
      if (parameters['project_id'] !== undefined && parameters['project_id'] !== this.projectId)
        throw new Refusal(403, 'ModelArts.0005', 'project_id is not that of the token or the key');
      const faults = [
        ...queryFaults(operation, asked.query),
        ...bodyFaults(operation, asked.bytes.toString(), asked.headers['content-type'] ?? ''),
      ];
      if (faults.length > 0) throw new Refusal(400, 'ModelArts.0104', faults.join('; '));
      return this.#operations.reply({ operation, parameters, query: asked.query, body: asked.body });
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  #authenticate(asked: Asked): void {
    const { headers, method, target, bytes } = asked;
    const token = headers['x-auth-token'];
    if (typeof token === 'string') {
      if (!this.iam.knows(token, this.#now()))
        throw new Refusal(401, 'APIGW.0307', 'Incorrect IAM authentication information: token expires');
      asked.by = 'token';
      return;
    }
    checkSignature({ method, target, headers, body: bytes }, this.accessKey, this.#now());
    asked.by = 'signature';
  }
}
