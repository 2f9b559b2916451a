// A large cloud without an OpenStack: answers the calls that an inventory makes, in the shapes of a real one (Zed), from
// a seed, as fast as Node can.
//
//   node main.mjs [--port 0] [--hosts 1000] [--servers 20000] [--tenants 200] [--stacks 400] [--seed 1]
//     [--page 1000] [--churn 0] [--latency 0] [--token-seconds 3600] [--user-data 5]
//
// It prints OS_AUTH_URL=... once it listens; any user and password but "wrong", project admin.
//   --page N       most servers, flavors, hypervisors or volumes of one answer; images 25 and ports only on demand, as really
//   --churn X      X % of the servers change before each first page of servers/detail
//   --latency MS   before each answer          --user-data X   X % of the servers carry 12 KB of it, as stacks' do
// Control:
//   POST /control/churn {"percent":2}   changes now; answers which servers changed how (so does GET for the last change)
//   POST /control/prepare {"percent":2} changes now, and writes all answers that were asked for before: a real cloud makes
//                                       them on machines of its own, so that only sending them is left for a measurement
//   GET  /control/stats                 requests, most at once, log-ins, bytes;   DELETE zeroes them
import http from 'node:http';
import { base, opt } from './options.mjs';
import { churn, last } from './world.mjs';
import { Answer } from './lists.mjs';
import { logIn, tokens } from './access.mjs';
import { ROUTES } from './routes.mjs';
import { note, prepare, prepared } from './prepared.mjs';

const stats = {};
const zero = () =>
  Object.assign(stats, { requests: 0, now: stats.now ?? 0, peak: 0, logIns: 0, bytes: 0, unauthorized: 0 });
zero();
function respond(req, body) {
  const at = req.url.indexOf('?'),
    path = at < 0 ? req.url : req.url.slice(0, at),
    q = new URLSearchParams(at < 0 ? '' : req.url.slice(at + 1));
  if (path === '/control/churn') return req.method === 'GET' ? last : churn(JSON.parse(body).percent);
  if (path === '/control/prepare') return prepare(JSON.parse(body).percent, routed);
  if (path === '/control/stats') return req.method === 'DELETE' ? zero() : stats;
  stats.requests++;
  if (path === '/identity/v3/auth/tokens' && req.method === 'POST') {
    stats.logIns++;
    logIn(JSON.parse(body));
  }
  if (req.method !== 'GET') throw new Answer(405, { code: 405 });
  const open = /^\/(identity|compute|placement|volume|network|image|orchestration)(\/v[\d.]+)?\/?$/.test(
    path,
  );
  if (!open && !(tokens.get(req.headers['x-auth-token']) > Date.now())) {
    stats.unauthorized++;
    throw new Answer(
      401,
      {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      },
      { 'WWW-Authenticate': `Keystone uri="${base()}/identity"` },
    );
  }
  const asked =
    req.headers['openstack-api-version']?.split(' ').pop() ??
    req.headers['x-openstack-nova-api-version'] ??
    '';
  const [lowest, highest] = path.startsWith('/placement')
    ? [0, 39]
    : path.startsWith('/volume')
      ? [0, 70]
      : [1, 93];
  const v = asked === 'latest' ? highest : Number(asked.split('.')[1] ?? lowest);
  if (v > highest && !open)
    throw new Answer(406, {
      computeFault: {
        code: 406,
        message: `Version ${asked} is not supported by the API. Minimum is 2.1 and maximum is 2.${highest}.`,
      },
    });
  note(req.url, v);
  return prepared(req.url, v) ?? routed(path, q, v);
}
function routed(path, q, v) {
  for (const [re, fn] of ROUTES) {
    const m = re.exec(path);
    if (m) return fn(m, q, v, path);
  }
  const message = 'The resource could not be found.';
  throw new Answer(
    404,
    path.startsWith('/network')
      ? { NeutronError: { type: 'HTTPNotFound', message, detail: '' } }
      : /^\/(compute|volume)/.test(path)
        ? { itemNotFound: { code: 404, message } }
        : {
            code: 404,
            title: 'Not Found',
            explanation: message,
            error: { type: 'HTTPNotFound', traceback: null, message },
          },
  );
}
http
  .createServer({ keepAliveTimeout: 30_000 }, (req, res) => {
    stats.peak = Math.max(stats.peak, ++stats.now);
    res.on('close', () => stats.now--);
    const parts = [];
    req
      .on('data', (c) => parts.push(c))
      .on('end', () => {
        let [status, out, headers] = [200];
        try {
          out = respond(req, Buffer.concat(parts));
        } catch (e) {
          if (!(e instanceof Answer)) process.stderr.write(`${e.stack}\n`);
          [status, out, headers] =
            e instanceof Answer
              ? [e.status, e.body, e.headers]
              : [500, { computeFault: { code: 500, message: String(e) } }];
        }
        const text = Buffer.isBuffer(out) ? out : Buffer.from(JSON.stringify(out));
        stats.bytes += text.length;
        const send = () =>
          res
            .writeHead(status, {
              'Content-Type': 'application/json',
              'Content-Length': text.length,
              ...headers,
            })
            .end(text);
        if (opt.latency) setTimeout(send, opt.latency);
        else send();
      });
  })
  .listen(opt.port, '127.0.0.1', function () {
    opt.port = this.address().port;
    process.stdout.write(`OS_AUTH_URL=${base()}/identity/v3\n`);
  });
