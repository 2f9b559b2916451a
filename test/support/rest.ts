import { request } from 'node:http';

/** What is sent of a body: a form as it is, anything else as JSON unless it is a text. */
const spelt = (body: unknown): string | FormData =>
  typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body);

/** A request with a JSON body, or a form. */
export async function send(
  url: string,
  {
    method = 'GET',
    body,
    headers,
  }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(url, {
    method,
    headers: {
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: spelt(body) }),
  });
}

/** As `send`, without what fetch forbids: headers that belong to the browser, and a body with GET. */
export async function sendRaw(
  url: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...length, ...headers } }, (answer) => {
      answer
        .toArray()
        .then(
          (chunks) =>
            resolve(new Response(Buffer.concat(chunks as Buffer[]), { status: answer.statusCode ?? 0 })),
          reject,
        );
    })
      .once('error', reject)
      .end(body);
  });
}
