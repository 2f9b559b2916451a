import http from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const [target, port] = process.argv.slice(2);
const app = express();
app.use(createProxyMiddleware({ target, agent: new http.Agent({ keepAlive: true }) }));
app.listen(Number(port), '127.0.0.1');
