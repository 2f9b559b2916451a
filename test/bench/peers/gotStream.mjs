import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import got from 'got';

const [target, port] = process.argv.slice(2);
const agent = { http: new http.Agent({ keepAlive: true }) };

async function forward(request, response) {
  const { method, url, headers } = request;
  const upstream = got.stream(`${target}${url}`, {
    method,
    headers: { ...headers, host: undefined },
    agent,
    decompress: false,
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: request }),
  });
  upstream.on('response', (answer) => response.writeHead(answer.statusCode, answer.headers));
  await pipeline(upstream, response);
}

http
  .createServer((request, response) => forward(request, response).catch(() => response.destroy()))
  .listen(Number(port), '127.0.0.1');
