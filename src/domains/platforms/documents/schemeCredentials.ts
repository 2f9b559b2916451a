import { z } from 'zod';
import { badInput, type FieldError } from '../../../kernel/errors.js';
import type { ApiDocument, Operation, SecurityScheme } from '../../../openapi/operation.js';
import type { OperationRequest } from '../../../openapi/request.js';
import { encoded } from '../../../openapi/styles.js';

export type SecuritySchemes = ApiDocument['securitySchemes'];

/** What can stand in a header field. */
const VISIBLE = /^[!-~]+$/;
/** What can stand in the value of a cookie (RFC 6265 4.1.1). */
const COOKIE = /^[!#-+\--:<-[\]-~]+$/;

const Key = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .refine((key) => key.isWellFormed());
const inHeader = Key.regex(VISIBLE, 'must be visible ASCII characters');
const User = z.strictObject(
  {
    user: Key.refine((user) => !user.includes(':'), 'must not contain a colon'),
    password: Key,
  },
  'must be an object with user and password',
);

function schemaOf(scheme: SecurityScheme): z.ZodType {
  if (scheme.kind === 'basic') return User;
  if (scheme.kind === 'bearer') return inHeader;
  if (scheme.kind === 'other') return z.never(`is for ${scheme.is}, which is not supported`);
  if (scheme.in === 'cookie') return Key.regex(COOKIE, 'must be what a cookie can hold');
  return scheme.in === 'header' ? inHeader : Key;
}

/** BAD_INPUT where the credentials are not those of the schemes, which may be none. */
export function checkSchemeCredentials(
  schemes: SecuritySchemes,
  credentials: Readonly<Record<string, unknown>>,
  root: string,
): void {
  const names = Object.keys(schemes).toSorted();
  const faults = Object.entries(credentials).flatMap(([name, value]): FieldError[] => {
    const path = `${root}.${name}`;
    const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
    if (!scheme) {
      const known = names.length > 0 ? `: ${names.join(', ')}` : ', which are none';
      return [{ path, message: `is no security scheme of the document${known}` }];
    }
    const { error } = schemaOf(scheme).safeParse(value);
    return (error?.issues ?? []).map((issue) => ({
      path: [path, ...issue.path.map(String)].join('.'),
      message: issue.message,
    }));
  });
  if (faults.length > 0) throw badInput(faults);
}

/** Which credentials an operation is called with: those of the first alternative of which all are there. */
export function neededBy(
  { security }: Pick<Operation, 'security'>,
  schemes: SecuritySchemes,
  credentials: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  const isThere = (name: string) => {
    const scheme = schemes[name];
    return (
      scheme !== undefined &&
      Object.hasOwn(credentials, name) &&
      schemaOf(scheme).safeParse(credentials[name]).success
    );
  };
  const usable = security.filter((names) => names.every(isThere));
  if (security.length === 0) return [];
  return usable.find((names) => names.length > 0) ?? usable[0];
}

const basic = ({ user, password }: z.output<typeof User>): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function withParameter(path: string, name: string, value: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${encoded(name)}=${encoded(value)}`;
}

export interface Signed {
  request: OperationRequest;
  /** What must be shown to nobody. */
  secrets: readonly string[];
}

/** The request with one credential that `neededBy` named. */
function withCredential({ request, secrets }: Signed, scheme: SecurityScheme, credential: unknown): Signed {
  const withHeader = (name: string, value: string): OperationRequest => ({
    ...request,
    headers: { ...request.headers, [name.toLowerCase()]: value },
  });
  if (scheme.kind === 'basic') {
    const user = credential as z.output<typeof User>;
    const value = basic(user);
    return {
      request: withHeader('authorization', value),
      secrets: [...secrets, user.password, value.slice('Basic '.length)],
    };
  }
  const key = String(credential);
  const all = [...secrets, key];
  if (scheme.kind === 'bearer')
    return { request: withHeader('authorization', `Bearer ${key}`), secrets: all };
  if (scheme.kind === 'other') return { request, secrets };
  const { name } = scheme;
  if (scheme.in === 'header') return { request: withHeader(name, key), secrets: all };
  if (scheme.in === 'query')
    return {
      request: { ...request, path: withParameter(request.path, name, key) },
      secrets: [...all, encoded(key)],
    };
  const cookies = [request.headers.cookie, `${name}=${key}`].filter((cookie) => cookie !== undefined);
  return { request: withHeader('cookie', cookies.join('; ')), secrets: all };
}

/** The request with the credentials of these names. */
export const withCredentials = (
  request: OperationRequest,
  names: readonly string[],
  schemes: SecuritySchemes,
  credentials: Readonly<Record<string, unknown>>,
): Signed =>
  names.reduce<Signed>(
    (signed, name) => {
      const scheme = schemes[name];
      return scheme ? withCredential(signed, scheme, credentials[name]) : signed;
    },
    { request, secrets: [] },
  );
