import { pageIn } from '../../../database/pageIn.js';
import { withoutSecrets } from '../../../kernel/concealment.js';
import type { Loaders, RequestContext } from '../../../kernel/context.js';
import { DomainError, badInput } from '../../../kernel/errors.js';
import { digitsOf } from '../../../kernel/exactJson.js';
import type { Page } from '../../../kernel/pages.js';
import type { Selection } from '../../../kernel/selection.js';
import { parse } from '../../../kernel/validation.js';
import { argumentFaults, type Arguments } from '../../../openapi/arguments.js';
import type { ApiDocument, Operation, Schema } from '../../../openapi/operation.js';
import { type OperationRequest, requestOf } from '../../../openapi/request.js';
import type { PlatformAccount } from '../calls/account.service.js';
import type { PlatformCallService, PlatformRequest } from '../calls/call.service.js';
import type { Repeats } from '../calls/repeats.js';
import { named } from '../calls/failures.js';
import { PlatformKind } from '../platform.entity.js';
import type { DocumentService, KnownDocument } from './document.service.js';
import { isReading, type PlatformOperation, platformOperationOf } from './operation.entity.js';
import { OperationId, type PlatformCallPayload, type PlatformOperationArgs } from './operation.inputs.js';
import { type Signed, neededBy, withCredentials } from './schemeCredentials.js';

/** Of one request. */
const MOST_CALLS = 50;
/** Characters of JSON Schemas in one answer. */
const MOST_DESCRIBED = 4_194_304;

interface Parts {
  calls: PlatformCallService;
  documents: DocumentService;
  repeats: Repeats;
}

/** What is called with what. */
interface Call {
  operation: string;
  args: unknown;
  /** Where both stand in the input. */
  root: readonly string[];
  mayChange: boolean;
  /** Of the answer. */
  selection: Selection;
}

const pathIn = (root: readonly string[], ...path: string[]): string => [...root, ...path].join('.');

/** What of an operation may be long. */
const wordsOf = ({ id, path, summary, description, tags }: Operation | PlatformOperation) => [
  id,
  path,
  summary,
  description,
  tags,
];

const isArguments = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && digitsOf(value) === undefined;

/** What platforms can do, by their documents. */
export class OperationService {
  readonly #made = new WeakMap<Loaders, number>();

  constructor(private readonly parts: Parts) {}

  /** The document as it was given; null without one. NOT_FOUND, as for whatever is below, for a platform that the caller may not use. */
  async text(ctx: RequestContext, id: string): Promise<string | null> {
    await this.parts.calls.usableOfAnyKind(ctx, id);
    const text = await this.parts.documents.textOf(ctx, id);
    this.parts.repeats.require(ctx, text, 1);
    return text;
  }

  /** Null where the platform has no document. */
  async list(
    ctx: RequestContext,
    id: string,
    args: PlatformOperationArgs,
    { most = 1 }: Selection,
  ): Promise<Page<PlatformOperation> | null> {
    const known = await this.#known(ctx, id);
    if (!known) return null;
    const all = Array.from(known.document.operations.values(), (each) => platformOperationOf(each, known));
    const page = pageIn(all, args, {});
    this.parts.repeats.require(ctx, page.nodes.map(wordsOf), most);
    return page;
  }

  async find(
    ctx: RequestContext,
    id: string,
    operation: string,
    { most = 1 }: Selection,
  ): Promise<PlatformOperation | null> {
    const known = await this.#known(ctx, id);
    const found = known?.document.operations.get(operation);
    if (!known || !found) return null;
    this.parts.repeats.require(ctx, wordsOf(found), most);
    return platformOperationOf(found, known);
  }

  /** The schema with all that it refers to. BAD_INPUT for more at once than an answer may hold. */
  async whole(ctx: RequestContext, { schemas }: KnownDocument, schema: Schema): Promise<Schema> {
    const loader = ctx.loaders.of<{ schemas: KnownDocument['schemas']; schema: Schema }, Schema>(
      OperationService,
      async (asked) => {
        let size = 0;
        return asked.map((each) => {
          size += each.schemas.sizeOf(each.schema);
          if (size <= MOST_DESCRIBED) return each.schemas.whole(each.schema);
          throw badInput([
            { path: 'arguments', message: `the schemas have more than ${MOST_DESCRIBED} characters in all` },
          ]);
        });
      },
    );
    return loader.load({ schemas, schema });
  }

  /** BAD_INPUT names what is wrong before the platform is asked; NOT_FOUND for one that the caller may not use. */
  async call(ctx: RequestContext, platformId: string, call: Call): Promise<PlatformCallPayload> {
    const { calls, documents, repeats } = this.parts;
    parse(OperationId, call.operation, [...call.root, 'operation']);
    const platform = await calls.usable(ctx, platformId, PlatformKind.GENERIC);
    this.#count(ctx);
    const known = await documents.of(platform.id);
    if (!known)
      throw new DomainError(
        'NOT_CONFIGURED',
        `${named(platform)} has no OpenAPI document; give it one with updatePlatform`,
      );
    const { document } = known;
    const operation = this.#operation(document.operations, call);
    const args = this.#arguments(known, operation, call);
    const secrets = new Set<string>();
    const requestFor = (account: PlatformAccount): PlatformRequest => {
      const signed = this.#signed(document, operation, requestOf(operation, args), account);
      for (const secret of signed.secrets) secrets.add(secret);
      return signed.request;
    };
    const answer = await calls.send(ctx, platform, requestFor, { isRead: isReading(operation.method) });
    // A platform may repeat what it was sent.
    const body = withoutSecrets(answer.body, [...secrets], answer.text);
    repeats.requireSelected(ctx, body, call.selection);
    return { status: answer.status, body };
  }

  async #known(ctx: RequestContext, id: string): Promise<KnownDocument | null> {
    await this.parts.calls.usableOfAnyKind(ctx, id);
    return this.parts.documents.of(id);
  }

  #operation(
    operations: ReadonlyMap<string, Operation>,
    { operation: id, root, mayChange }: Call,
  ): Operation {
    const path = pathIn(root, 'operation');
    const operation = operations.get(id);
    if (!operation) throw badInput([{ path, message: 'is no operation of the platform' }]);
    if (mayChange || isReading(operation.method)) return operation;
    throw badInput([{ path, message: 'does not only read; call it by the mutation callPlatform' }]);
  }

  #arguments({ document }: KnownDocument, operation: Operation, { args: given, root }: Call): Arguments {
    const args = given ?? {};
    if (!isArguments(args))
      throw badInput([{ path: pathIn(root, 'arguments'), message: 'must be an object' }]);
    const faults = argumentFaults(document, operation, args);
    if (faults.length === 0) return args;
    throw badInput(faults.map(({ path, message }) => ({ path: pathIn(root, 'arguments', path), message })));
  }

  /** The request with the credentials that the operation needs. */
  #signed(
    { securitySchemes }: ApiDocument,
    operation: Operation,
    request: OperationRequest,
    { route, credentials: stored }: PlatformAccount,
  ): Signed {
    const credentials = { ...stored } as Record<string, unknown>;
    const needed = neededBy(operation, securitySchemes, credentials);
    if (needed) return withCredentials(request, needed, securitySchemes, credentials);
    throw new DomainError(
      'NOT_CONFIGURED',
      `${named(route)} has no credentials for this operation, which needs ${operation.security.map((names) => names.join(' and ')).join(', or ')}; give them with updatePlatform`,
    );
  }

  /** Few words of a request can ask for many calls. */
  #count({ loaders }: RequestContext): void {
    const made = (this.#made.get(loaders) ?? 0) + 1;
    this.#made.set(loaders, made);
    if (made > MOST_CALLS)
      throw badInput([{ path: 'operation', message: `a request may call ${MOST_CALLS} operations` }]);
  }
}
