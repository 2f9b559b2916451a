import { beforeAll, expect, test } from 'vitest';
import { startServer, logIn, ADMIN } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { connectTo, request, statusesOf } from './connections.js';

const server = useServer(() => startServer());
let token = '';
beforeAll(async () => {
  token = await logIn(server.url, ADMIN.user, ADMIN.password);
});

const FORM = 'Content-Type: multipart/form-data; boundary=x';
const JSON_TYPE = 'Content-Type: application/json';

/** Requests that mostly have a body, without one, whose end nobody may wait for. */
const BODILESS: [string, string, number][] = [
  ['POST /graphql', JSON_TYPE, 400],
  ['POST /graphql', FORM, 400],
  ['POST /v1/app', JSON_TYPE, 422],
  ['POST /api/v1/login', JSON_TYPE, 400],
  ['POST /sys/transmit/v1/routes', JSON_TYPE, 400],
  ['POST /v1/app/chart', FORM, 422],
  ['POST /api/v1/config/yaml_gen?site=GZ&cee_ver=28&pjt_name=p', FORM, 400],
  ['PUT /nothing', JSON_TYPE, 404],
];

test.each(BODILESS)(
  '%s without a body, of the %s, is answered, and so is what follows',
  async (line, type, status) => {
    const fields = [type, `Authorization: Bearer ${token}`, 'Apollo-Require-Preflight: true'];
    const peer = connectTo(server.url, request(line, fields) + request('GET /healthz'));
    await expect.poll(() => statusesOf(peer.text())).toEqual([status, 200]);
    peer.socket.destroy();
  },
);
