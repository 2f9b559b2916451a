import http from 'node:http';
import https from 'node:https';
import got from 'got';
import { readAccess } from '../../../src/connectors/kubernetes/access.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';

/** What the product never does to a cluster, and a test must to leave none of its traces. */
export async function deleteNamespace(kubeconfig: string, name: string): Promise<void> {
  const { server, authorization, tls } = readAccess(kubeconfig, new AddressPolicy([]));
  const { secureContext, verify, serverName } = tls;
  const secure = new https.Agent({ secureContext, rejectUnauthorized: verify, servername: serverName });
  await got.delete(`${server}/api/v1/namespaces/${name}`, {
    headers: authorization === null ? {} : { authorization },
    agent: { http: new http.Agent(), https: secure },
  });
}
