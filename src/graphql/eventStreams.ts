import Negotiator from 'negotiator';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onAccessEnd } from '../kernel/accessEnd.js';
import type { Principal, RequestContext, SessionEnd } from '../kernel/context.js';
import { DomainError, unauthenticated } from '../kernel/errors.js';
import { type CountedOperation, NO_OPERATION, codeOf, countedAs } from './counted.js';
import { nameOf } from './failureLog.js';
import type { OperationReader, Payload } from './operation.js';
import { type Execution, executing, following, isSubscription, operationOf } from './running.js';
import type { SocketCounts } from './sockets.js';
import type { Tell } from './telling.js';

const EVENT_STREAM = 'text/event-stream';
/** What else the path answers with, before it where a client takes either. */
const OTHERS = ['application/json', 'application/graphql-response+json'];

/** Milliseconds after which a silent stream shows that it goes on, which keeps proxies from ending it. */
const KEEP_ALIVE = 12_000;
const COMMENT = ':\n\n';

/** Seconds. */
const RETRY_AFTER = 5;

/** Whether the client asks for an answer as server-sent events. */
export function wantsEventStream({ headers: { accept } }: IncomingMessage): boolean {
  if (!accept?.toLowerCase().includes(EVENT_STREAM)) return false;
  return new Negotiator({ headers: { accept } }).mediaType([...OTHERS, EVENT_STREAM]) === EVENT_STREAM;
}

const eventOf = (name: 'next' | 'complete', data?: object): string =>
  `event: ${name}\ndata:${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n\n`;

/** One operation's stream of events. What ends without `complete` was broken off, and clients ask again. */
class EventStream {
  readonly #keepAlive: NodeJS.Timeout;

  constructor(private readonly response: ServerResponse) {
    response.writeHead(200, {
      'Content-Type': `${EVENT_STREAM}; charset=utf-8`,
      // For proxies, of which some would gather events until they are many.
      'X-Accel-Buffering': 'no',
    });
    // Some browsers see the head only with something after it.
    response.write(COMMENT);
    this.#keepAlive = setInterval(() => {
      if (!response.writableNeedDrain) this.#write(COMMENT);
    }, KEEP_ALIVE);
    response.once('close', () => clearInterval(this.#keepAlive));
  }

  /** Resolves when the client has room for more, or is gone. */
  async next(result: object): Promise<void> {
    if (this.#write(eventOf('next', result))) return;
    const { response } = this;
    await new Promise<void>((resolve) => {
      const goOn = () => {
        response.off('drain', goOn).off('close', goOn);
        resolve();
      };
      response.on('drain', goOn).on('close', goOn);
    });
  }

  complete(): void {
    clearInterval(this.#keepAlive);
    if (!this.response.destroyed) this.response.end(eventOf('complete'));
  }

  breakOff(): void {
    this.response.destroy();
  }

  /** Whether there is nothing to wait for before the next. */
  #write(text: string): boolean {
    return this.response.destroyed || this.response.write(text);
  }
}

/** An answer as it is sent. */
interface Told {
  data?: ExecutionResult['data'];
  errors?: readonly GraphQLFormattedError[];
}

const tokenEnded = (): GraphQLError => {
  const error = unauthenticated('the access token has ended');
  return new GraphQLError(error.message, { originalError: error });
};

/** A link must not change anything. */
function refuseChange({ method }: IncomingMessage, args: Execution): void {
  if (method === 'GET' && operationOf(args)?.operation === OperationTypeNode.MUTATION)
    throw new DomainError('METHOD_NOT_ALLOWED', 'mutations are sent by POST', { allow: ['POST'] });
}

export interface EventStreamOptions {
  read: OperationReader;
  run: ReturnType<typeof executing>;
  tell: Tell;
  counts: SocketCounts;
  /** For the metrics. */
  note: (response: ServerResponse, outcome: CountedOperation) => void;
  onSessionEnd(principal: Principal, listener: (why: SessionEnd) => void): () => void;
}

/**
 * Operations that are answered as server-sent events: GraphQL over SSE in its mode of distinct connections, with the
 * limits that WebSockets have.
 */
export class EventStreams {
  /** How to break off what goes on. */
  readonly #followed = new Set<() => void>();

  constructor(private readonly options: EventStreamOptions) {}

  /** Throws before the answer begins, where there is no room or the caller cannot be identified. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    payload: Payload,
    contextOf: () => Promise<RequestContext>,
  ): Promise<void> {
    const { counts, read, tell } = this.options;
    // Its client may have gone away while its body was read: what ends with the answer would not end any more.
    if (response.destroyed) return;
    if (counts.isFull(request))
      throw new DomainError('RATE_LIMITED', 'too many event streams and WebSockets are open', {
        retryAfter: RETRY_AFTER,
      });
    counts.add(response, request);
    const ctx = await contextOf();
    const args = await read(payload, async () => ctx);
    if ('document' in args) refuseChange(request, args);
    if (response.destroyed) return;
    const stream = new EventStream(response);
    const operation = 'document' in args && operationOf(args);
    const counted = operation ? countedAs(args.document, operation) : NO_OPERATION;
    const note = ({ errors }: Told) =>
      this.options.note(response, { operation: counted, code: codeOf(errors) });
    note({});
    try {
      if ('document' in args && isSubscription(args)) await this.#follow(stream, response, args, note);
      else {
        const told =
          'document' in args ? this.#told(args, await this.options.run(args)) : { errors: tell(ctx, args) };
        note(told);
        await stream.next(told);
      }
    } catch (error) {
      const errors = tell(ctx, [error]);
      note({ errors });
      await stream.next({ errors });
    }
    stream.complete();
  }

  /** Breaks off what is followed: clients ask again, elsewhere or here, and see how things are then. */
  interrupt(): void {
    for (const breakOff of this.#followed) breakOff();
  }

  /** Answers until the client or the subscription ends it, or the caller's session. */
  async #follow(
    stream: EventStream,
    response: ServerResponse,
    args: Execution,
    note: (told: Told) => void,
  ): Promise<void> {
    const { principal } = args.contextValue;
    let results: AsyncIterator<ExecutionResult> | undefined;
    let why: SessionEnd | 'closed' | undefined;
    const end = (reason: SessionEnd | 'closed') => {
      why ??= reason;
      void results?.return?.();
    };
    const isOver = () => why !== undefined;
    const breakOff = () => stream.breakOff();
    this.#followed.add(breakOff);
    response.once('close', () => end('closed'));
    const stopListening =
      principal && onAccessEnd(principal, (ended) => this.options.onSessionEnd(principal, ended), end);
    try {
      const answer = await following(args, isOver);
      if (!(Symbol.asyncIterator in answer)) {
        const told = this.#told(args, answer);
        note(told);
        return await stream.next(told);
      }
      results = answer[Symbol.asyncIterator]();
      // While it began.
      if (isOver()) void results.return?.();
      for (let step = await results.next(); step.done !== true; step = await results.next())
        if (!isOver()) await stream.next(this.#told(args, step.value));
      if (why === 'doubted') stream.breakOff();
      if (why === 'ended') await stream.next(this.#told(args, { errors: [tokenEnded()] }));
    } finally {
      stopListening?.();
      this.#followed.delete(breakOff);
      void results?.return?.();
    }
  }

  #told(args: Execution, { data, errors }: ExecutionResult): Told {
    if (!errors) return { data };
    const told = this.options.tell(args.contextValue, errors, nameOf(operationOf(args)));
    return data === undefined ? { errors: told } : { data, errors: told };
  }
}
