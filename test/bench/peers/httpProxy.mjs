import http from 'node:http';
import httpProxy from 'http-proxy';

const [target, port] = process.argv.slice(2);
const proxy = httpProxy.createProxyServer({ target, agent: new http.Agent({ keepAlive: true }) });
// Without a listener, a client that leaves ends the process.
proxy.on('error', (_error, _request, response) => response.destroy());
http.createServer((request, response) => proxy.web(request, response)).listen(Number(port), '127.0.0.1');
