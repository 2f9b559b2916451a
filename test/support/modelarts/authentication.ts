// Huawei's SDK-HMAC-SHA256 and tokens as the gateway checks them, written from its description and not from our signer.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.js';

export interface AccessKey {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

export interface Signed {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const ALGORITHM = 'SDK-HMAC-SHA256';
const AUTHORIZATION = /^SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;
const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** Milliseconds that a request's time may be off. */
const MOST_SKEW = 15 * 60_000;

const unauthorized = (code: string, why: string) =>
  new Refusal(401, code, `Incorrect IAM authentication information: ${why}`);

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** As RFC 3986 has it: letters, digits and `-_.~` stay. */
const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A plus in a query stands for a space, as in forms; what is no UTF-8 has no signature here. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'APIGW.0106', 'The request is malformed: its address is no UTF-8');
  }
}

function canonicalPath(path: string): string {
  const segments = path.split('/').map((segment) => encoded(decoded(segment)));
  const joined = segments.join('/');
  return joined.endsWith('/') ? joined : `${joined}/`;
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [encoded(decoded(name)), encoded(decoded(value.join('=')))] as const;
    });
  const inOrder = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
  return pairs
    .toSorted(([a, x], [b, y]) => inOrder(a, b) || inOrder(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalRequest({ method, target, headers, body }: Signed, names: readonly string[]): string {
  const end = target.indexOf('?');
  const [path, query] = end === -1 ? [target, ''] : [target.slice(0, end), target.slice(end + 1)];
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const hash = headers['x-sdk-content-sha256'] ?? sha256(body);
  return [method, canonicalPath(path), canonicalQuery(query), lines.join(''), names.join(';'), hash].join(
    '\n',
  );
}

function checkTime(stamp: string, now: number): void {
  const [, year, month, day, hour, minute, second] = (STAMP.exec(stamp) ?? []).map(Number);
  if (year === undefined) throw unauthorized('APIGW.0301', 'x-sdk-date is malformed');
  const time = Date.UTC(year, Number(month) - 1, day, hour, minute, second);
  if (Math.abs(now - time) > MOST_SKEW)
    throw unauthorized(
      'APIGW.0301',
      'Signature expired: the time of the request differs from that of the server',
    );
}

/** Nothing, if a request bears the signature that its key gives; a refusal else. */
export function checkSignature(request: Signed, key: AccessKey, now: number): void {
  const { headers } = request;
  const [, access, list = '', signature = ''] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (access === undefined) throw unauthorized('APIGW.0301', 'authorization is missing or malformed');
  if (access !== key.accessKey) throw unauthorized('APIGW.0301', `access key ${access} does not exist`);
  const names = list.split(';');
  const isOrdered = names.every((name, index) => index === 0 || String(names[index - 1]) < name);
  if (!isOrdered || !names.includes('x-sdk-date'))
    throw unauthorized('APIGW.0301', 'signed headers are malformed');
  const absent = names.filter((name) => headers[name] === undefined);
  if (absent.length > 0) throw unauthorized('APIGW.0301', `signed headers are absent: ${absent.join(', ')}`);
  if (headers['x-security-token'] !== key.securityToken)
    throw unauthorized('APIGW.0301', 'the security token is wrong');
  if (key.securityToken !== undefined && !names.includes('x-security-token'))
    throw unauthorized('APIGW.0301', 'the security token is not signed');
  const stamp = String(headers['x-sdk-date']);
  checkTime(stamp, now);
  const text = [ALGORITHM, stamp, sha256(canonicalRequest(request, names))].join('\n');
  const wanted = createHmac('sha256', key.secretKey).update(text).digest();
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'hex')))
    throw unauthorized('APIGW.0301', 'verify aksk signature fail');
  checkHash(request);
}

/** The hash that a header states is signed, and must be that of the body. */
function checkHash({ headers, body }: Signed): void {
  const stated = headers['x-sdk-content-sha256'];
  if (stated === undefined || stated === 'UNSIGNED-PAYLOAD') return;
  if (stated !== sha256(body)) throw unauthorized('APIGW.0301', 'x-sdk-content-sha256 is not of the body');
}
