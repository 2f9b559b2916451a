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
    prefixUrl: server,
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
  await (
    await administrator(kubeconfig)
  ).post(`api/v1/namespaces/${namespace}/${resource}`, { json: object });
}

export async function createNamespace(kubeconfig: string, name: string): Promise<void> {
  const json = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await (await administrator(kubeconfig)).post('api/v1/namespaces', { json });
}

export async function deleteNamespace(kubeconfig: string, name: string): Promise<void> {
  await (await administrator(kubeconfig)).delete(`api/v1/namespaces/${name}`);
}

/** By paths such as `apis/apps/v1/namespaces/ns1/deployments`. */
export async function createAt(kubeconfig: string, path: string, object: object): Promise<void> {
  await (await administrator(kubeconfig)).post(path, { json: object });
}

export async function readAt<T>(kubeconfig: string, path: string): Promise<T> {
  return (await administrator(kubeconfig)).get(path).json<T>();
}

/** As somebody does by hand. */
export async function mergeAt(kubeconfig: string, path: string, patch: object): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  await (await administrator(kubeconfig)).patch(path, { body: JSON.stringify(patch), headers });
}

export async function deleteAt(kubeconfig: string, path: string): Promise<void> {
  await (await administrator(kubeconfig)).delete(path);
}
