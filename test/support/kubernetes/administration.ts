import http from 'node:http';
import https from 'node:https';
import got from 'got';
import { readAccess } from '../../../src/connectors/kubernetes/access.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';

/** What the product never does to a cluster, and a test must: to have something there, and to leave no traces. */
async function administrator(kubeconfig: string) {
  const { server, authorization, tls } = await readAccess(kubeconfig, new AddressPolicy([]));
  const { secureContext, verify, serverName } = tls;
  const secure = new https.Agent({ secureContext, rejectUnauthorized: verify, servername: serverName });
  return got.extend({
    prefixUrl: `${server}/api/v1`,
    headers: authorization === null ? {} : { authorization },
    agent: { http: new http.Agent(), https: secure },
  });
}

/** Makes an event or a pod, as it is, in its namespace. */
export async function create(
  kubeconfig: string,
  resource: 'events' | 'pods',
  object: { metadata: { namespace?: string } },
): Promise<void> {
  const { namespace } = object.metadata;
  await (await administrator(kubeconfig)).post(`namespaces/${namespace}/${resource}`, { json: object });
}

export async function createNamespace(kubeconfig: string, name: string): Promise<void> {
  const json = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await (await administrator(kubeconfig)).post('namespaces', { json });
}

export async function deleteNamespace(kubeconfig: string, name: string): Promise<void> {
  await (await administrator(kubeconfig)).delete(`namespaces/${name}`);
}
