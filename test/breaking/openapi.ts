import { isDeepStrictEqual } from 'node:util';
import { type Resolve, type Schema, type Side, schemaBreaks } from './jsonSchema.js';

type Content = Record<string, { schema?: Schema }>;

interface Referable {
  $ref?: string;
}

interface Parameter extends Referable {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
  style?: string;
  explode?: boolean;
}

interface Body extends Referable {
  required?: boolean;
  content?: Content;
}

interface Answer extends Referable {
  content?: Content;
  headers?: Record<string, { schema?: Schema }>;
}

type Requirement = Record<string, string[]>;

interface Operation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Answer>;
  security?: Requirement[];
}

export interface Document {
  servers?: { url: string }[];
  security?: Requirement[];
  paths: Record<string, Record<string, Operation>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function resolverOf(document: Document) {
  return <T extends Referable>(value: T): T => {
    if (value.$ref === undefined) return value;
    const keys = value.$ref.replace('#/', '').split('/');
    return keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document) as T;
  };
}

/** Compares the operations of two documents; each break is one line that begins with its operation. */
class Comparison {
  private readonly resolveBefore;
  private readonly resolveAfter;

  constructor(
    private readonly before: Document,
    private readonly after: Document,
  ) {
    this.resolveBefore = resolverOf(before);
    this.resolveAfter = resolverOf(after);
  }

  *breaks(): Generator<string> {
    const urls = (this.after.servers ?? []).map(({ url }) => url);
    for (const { url } of this.before.servers ?? []) if (!urls.includes(url)) yield `${url}: was removed`;
    for (const [path, operations] of Object.entries(this.before.paths)) {
      for (const method of METHODS.filter((name) => name in operations)) {
        const [old, now] = [operations[method], this.after.paths[path]?.[method]];
        const place = `${method.toUpperCase()} ${path}`;
        if (!now) yield `${place}: was removed`;
        else for (const text of this.ofOperation(old ?? {}, now)) yield `${place}: ${text}`;
      }
    }
  }

  private *ofOperation(old: Operation, now: Operation): Generator<string> {
    if (old.operationId !== now.operationId) yield `operationId is now ${now.operationId ?? 'none'}`;
    yield* this.ofSecurity(old.security ?? this.before.security, now.security ?? this.after.security);
    yield* this.ofParameters(old.parameters ?? [], now.parameters ?? []);
    yield* this.ofBodies(old.requestBody, now.requestBody);
    for (const [status, answer] of Object.entries(old.responses ?? {})) {
      const answerNow = now.responses?.[status];
      if (answerNow) yield* this.ofAnswers(status, answer, answerNow);
      else yield `${status} was removed`;
    }
  }

  /** Whoever was let in by what it shows is let in still. */
  private *ofSecurity(old: Requirement[] = [{}], now: Requirement[] = [{}]): Generator<string> {
    const orNothing = (ways: Requirement[]) => (ways.length === 0 ? [{}] : ways);
    const nowNames = orNothing(now).map(Object.keys);
    for (const way of orNothing(old).map(Object.keys)) {
      if (nowNames.some((names) => names.every((name) => way.includes(name)))) continue;
      yield `${way.join(' and ') || 'no token'} no longer suffices`;
    }
  }

  private *ofParameters(old: Parameter[], now: Parameter[]): Generator<string> {
    const keyOf = (parameter: Parameter) => `${parameter.in} ${parameter.name}`;
    const oldByKey = new Map(old.map(this.resolveBefore).map((found) => [keyOf(found), found]));
    const nowByKey = new Map(now.map(this.resolveAfter).map((found) => [keyOf(found), found]));
    for (const [key, parameter] of nowByKey) {
      if (parameter.required && !oldByKey.get(key)?.required) yield `${key} is now required`;
    }
    for (const [key, parameter] of oldByKey) {
      const found = nowByKey.get(key);
      if (!found) {
        yield `${key} was removed`;
        continue;
      }
      const isSame = (name: 'style' | 'explode') => isDeepStrictEqual(parameter[name], found[name]);
      if (!isSame('style') || !isSame('explode')) yield `${key} is written in another way`;
      yield* this.ofSchemas(key, parameter.schema, found.schema, 'request');
    }
  }

  private *ofBodies(old: Body | undefined, now: Body | undefined): Generator<string> {
    const [body, bodyNow] = [old && this.resolveBefore(old), now && this.resolveAfter(now)];
    if (bodyNow?.required && !body?.required) yield 'body is now required';
    if (body && !bodyNow) yield 'body was removed';
    else yield* this.ofContents('body', body?.content, bodyNow?.content, 'request');
  }

  private *ofAnswers(status: string, old: Answer, now: Answer): Generator<string> {
    const [answer, answerNow] = [this.resolveBefore(old), this.resolveAfter(now)];
    const headers = Object.keys(answerNow.headers ?? {});
    for (const name of Object.keys(answer.headers ?? {})) {
      if (!headers.includes(name)) yield `${status} header ${name} was removed`;
    }
    yield* this.ofContents(status, answer.content, answerNow.content, 'response');
  }

  private *ofContents(place: string, old: Content = {}, now: Content = {}, side: Side): Generator<string> {
    for (const [mediaType, { schema }] of Object.entries(old)) {
      const found = now[mediaType];
      if (found) yield* this.ofSchemas(place, schema, found.schema, side);
      else yield `${place} ${mediaType} was removed`;
    }
  }

  private *ofSchemas(place: string, old: Schema = {}, now: Schema = {}, side: Side): Generator<string> {
    const resolvers: [Resolve, Resolve] = [this.resolveBefore, this.resolveAfter];
    for (const text of schemaBreaks(old, now, side, resolvers)) yield `${place} ${text}`;
  }
}

/** What a client of the document `before` relies on and `after` takes away, one line each. */
export function openApiBreaks(before: Document, after: Document): string[] {
  return [...new Set(new Comparison(before, after).breaks())];
}
