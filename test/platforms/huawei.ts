import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessKey } from '../../src/domains/platforms/signer.port.js';
import { isSignedRight } from '../connectors/modelarts/oracle.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';

/** Milliseconds for which Huawei takes a signature. */
const SIGNED_FOR = 15 * 60_000;

export interface Asked {
  line: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface Stand extends Upstream {
  readonly asked: Asked[];
  stop: () => Promise<void>;
}

type Answering = (asked: Asked, request: IncomingMessage, response: ServerResponse) => void;

/** A server that remembers what it was asked, and answers when it has all of it. */
export async function standing(answering: Answering): Promise<Stand> {
  const asked: Asked[] = [];
  const upstream = await httpUpstream((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const one = { line: `${method} ${url}`, headers, body: Buffer.concat(chunks) };
      asked.push(one);
      answering(one, request, response);
    });
  });
  return Object.assign(upstream, { asked, stop: upstream.close });
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: object = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export interface Gate {
  key: AccessKey;
  /** How many milliseconds its clock is ahead. */
  skew: number;
  /** The tokens that it takes. */
  tokens: Set<string>;
  /** The status of refusals. */
  refusal: number;
}

const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** A service of Huawei Cloud behind its gateway: lets signed requests in and those with a token, and says what it was asked. */
export async function startService(key: AccessKey): Promise<Stand & { gate: Gate }> {
  const gate: Gate = { key, skew: 0, tokens: new Set(), refusal: 401 };
  const stand = await standing(({ headers, body, line }, request, response) => {
    const now = Date.now() + gate.skew;
    response.setHeader('Date', new Date(now).toUTCString());
    const token = headers['x-auth-token'];
    const refuse = (words: string) =>
      answerJson(response, gate.refusal, {
        error_code: 'APIGW.0301',
        error_msg: `Incorrect IAM authentication information: ${words}`,
      });
    if (token !== undefined) {
      if (!gate.tokens.has(String(token))) return refuse(`decrypt token fail: ${String(token)}`);
    } else if (!isSignedRight(request, body, gate.key)) {
      return refuse('verify aksk signature fail');
    } else if (Math.abs(instantOf(String(headers['x-sdk-date'])) - now) > SIGNED_FOR) {
      return refuse('signature expired');
    }
    answerJson(response, 200, { line, body: body.toString() });
  });
  return Object.assign(stand, { gate });
}

export interface Iam extends Stand {
  /** Tokens that it has given, the newest last. */
  readonly given: string[];
  /** How it is. */
  state: { status: number; password: string; life: number; skew: number; hold?: Promise<void> | undefined };
}

/** Huawei's identity service: https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html */
export async function startIam(password: string, onToken: (token: string) => void): Promise<Iam> {
  const state: Iam['state'] = { status: 201, password, life: 24 * 3_600_000, skew: 0 };
  const given: string[] = [];
  const stand = await standing(({ line, body }, _request, response) => {
    const answer = () => {
      const { auth } = JSON.parse(body.toString()) as {
        auth: { identity: { password: { user: { password: string } } } };
      };
      const { user } = auth.identity.password;
      if (line !== 'POST /v3/auth/tokens?nocatalog=true') return answerJson(response, 404, {});
      if (user.password !== state.password)
        return answerJson(response, 401, {
          error: { code: 401, message: `The username or password is wrong: ${user.password}` },
        });
      if (state.status !== 201) return answerJson(response, state.status, { error_msg: 'not now' });
      const token = `MII${'x'.repeat(8_000)}${given.length}`;
      given.push(token);
      onToken(token);
      const issued = Date.now() + state.skew;
      const times = {
        issued_at: new Date(issued).toISOString().replace('Z', '000Z'),
        expires_at: new Date(issued + state.life).toISOString().replace('Z', '000Z'),
      };
      answerJson(
        response,
        201,
        { token: times },
        {
          'X-Subject-Token': token,
          // Tokens of users with many rights are as long.
          'X-Else': 'x'.repeat(30_000),
        },
      );
    };
    void (state.hold ?? Promise.resolve()).then(answer);
  });
  return Object.assign(stand, { given, state });
}
