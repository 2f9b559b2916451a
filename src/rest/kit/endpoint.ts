import type { z } from 'zod';
import type { RequestContext } from '../../kernel/context.js';
import type { ErrorCode } from '../../kernel/errors.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';

/** The files among the texts of a form (multipart/form-data), by the fields of the body that hold them. */
export type FormFiles = Record<
  string,
  {
    /** Most bytes of each. */
    limit: () => number;
    /** How many there may be, in a list; one alone, and in no list, when left out. */
    most?: number;
  }
>;

interface Described {
  /** Unique in its system; OpenAPI's operationId. */
  id: string;
  /** Method and path below the system's prefix, parameters in braces. */
  route: `${Method} /${string}`;
  /** Under which heading the reference shows it. */
  tag: string;
  summary: string;
  /** HTTP status of success, 200 when left out. */
  status?: number;
  description: string;
  /** Failures that a caller must expect besides those that every operation has. */
  errors: readonly ErrorCode[];
  /** Statuses of failures that its document has otherwise than its system's others. */
  statuses?: Partial<Record<ErrorCode, number>>;
}

interface Schemas<P, Q, B, R> {
  params?: P;
  query?: Q;
  body?: B;
  /** The whole body of the answer, or the bodies that it may have; keys that it does not name are left out. */
  reply: R;
}

/** Bodies are told apart by what their keys hold. */
type Reply = z.ZodObject | z.ZodXor<readonly z.ZodObject[]>;

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a request carries, checked against the row's schemas. */
export interface Input<P, Q, B> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
}

/** One operation of a REST surface: routing, validation, documentation and contract tests come from it. */
export interface Endpoint<Access extends string = string>
  extends
    Described,
    Schemas<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodObject | undefined, Reply> {
  /** The permission that a caller needs. */
  access: Access | 'public';
  /** Whether what is public heeds a token, where there is one. */
  takesToken?: boolean;
  /** The body is a form with files instead of JSON. */
  form?: FormFiles;
  handle: (input: Input<z.ZodObject, z.ZodObject, z.ZodObject>, ctx: RequestContext) => Promise<object>;
}

/** An operation that a plain handler serves; it is here for the document alone. */
export interface RawOperation extends Described {
  raw: true;
  parameters: readonly object[];
  requestBody?: object;
  /** Answers that are no failures of ours, by status. */
  responses: Record<string, object>;
}

/** Ties the handler's types to the row's schemas. */
export function endpoint<
  Access extends string,
  R extends Reply,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodObject | undefined = undefined,
>(
  row: Described &
    Schemas<P, Q, B, R> & {
      access: Access | 'public';
      takesToken?: boolean;
      form?: FormFiles;
      handle: (input: Input<P, Q, B>, ctx: RequestContext) => Promise<Partial<z.input<R>>>;
    },
): Endpoint<Exclude<Access, 'public'>> {
  return row as unknown as Endpoint<Exclude<Access, 'public'>>;
}

/** Method and path of a row. */
export function splitRoute(route: Described['route']): { method: Method; path: string } {
  const [method, path] = route.split(' ') as [Method, string];
  return { method, path };
}
