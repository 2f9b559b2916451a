import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const [target, port] = process.argv.slice(2);
const server = Fastify();
await server.register(proxy, { upstream: target });
await server.listen({ port: Number(port), host: '127.0.0.1' });
