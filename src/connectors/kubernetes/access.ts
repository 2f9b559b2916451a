import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import tls, { type SecureContext } from 'node:tls';
import type { AddressPolicy } from '../../kernel/networks.js';
import {
  badKubeconfig,
  type KubeconfigCluster,
  type KubeconfigUser,
  quoted,
  readKubeconfig,
} from './kubeconfig.js';

/** Where a cluster's API is and as whom it is spoken to. */
export interface Access {
  /** Without a slash at the end. */
  server: string;
  /** The value of the Authorization header; null when a client certificate alone says who we are. */
  authorization: string | null;
  /** What nobody else may see, in the forms in which others might repeat it. */
  secrets: string[];
  tls: { secureContext: SecureContext; verify: boolean; serverName: string | undefined };
}

/** Keys that would run a program or open a file on this machine, or act as somebody else. */
const REFUSED_OF_USER = {
  exec: 'runs a command (exec)',
  'auth-provider': 'uses a plugin (auth-provider)',
  tokenFile: 'names a file (tokenFile); put the token itself in token',
  'client-certificate': 'names a file (client-certificate); put it in client-certificate-data',
  'client-key': 'names a file (client-key); put it in client-key-data',
  as: 'impersonates another (as)',
  'as-uid': 'impersonates another (as-uid)',
  'as-groups': 'impersonates another (as-groups)',
  'as-user-extra': 'impersonates another (as-user-extra)',
};

const REFUSED_OF_CLUSTER = {
  'certificate-authority': 'names a file (certificate-authority); put it in certificate-authority-data',
  'proxy-url': 'asks for a proxy (proxy-url), which is not supported',
};

function refuse(values: Record<string, unknown>, refused: Record<string, string>, who: string): void {
  for (const [key, reason] of Object.entries(refused)) {
    const value = values[key];
    if (value != null && value !== '') throw badKubeconfig(`${who} ${reason}`);
  }
}

/** Characters; more than any address that works. */
const MOST_URL = 2048;

function readServer(cluster: KubeconfigCluster, who: string, policy: AddressPolicy): URL {
  if (cluster.server === undefined) throw badKubeconfig(`${who} has no server`);
  if (cluster.server.length > MOST_URL) {
    throw badKubeconfig(`the server of ${who} has more than ${MOST_URL} characters`);
  }
  const url = URL.parse(cluster.server);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw badKubeconfig(`the server of ${who} is no http or https URL`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw badKubeconfig(`the server of ${who} must have neither user info, query nor fragment`);
  }
  if (!policy.allowsHost(url.hostname)) {
    throw badKubeconfig(`the server of ${who} has an address that platforms must not have`);
  }
  return url;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function readPem(data: string | undefined, what: string): string | undefined {
  if (data === undefined) return undefined;
  const pem = BASE64.test(data.replaceAll(/\s/g, '')) ? Buffer.from(data, 'base64').toString('latin1') : '';
  if (!pem.includes('-----BEGIN ')) throw badKubeconfig(`${what} is no PEM in base64`);
  return pem;
}

function readTls(cluster: KubeconfigCluster, user: KubeconfigUser, clusterWho: string, userWho: string) {
  const ca = readPem(
    cluster['certificate-authority-data'],
    `the certificate-authority-data of ${clusterWho}`,
  );
  const cert = readPem(user['client-certificate-data'], `the client-certificate-data of ${userWho}`);
  const key = readPem(user['client-key-data'], `the client-key-data of ${userWho}`);
  if ((cert === undefined) !== (key === undefined)) {
    throw badKubeconfig(`${userWho} needs client-certificate-data and client-key-data together`);
  }
  try {
    // Node itself passes over an authority that it can't read.
    if (ca !== undefined) void new X509Certificate(ca);
    // The same trust as kubectl's: with an authority of its own, no other is believed.
    return tls.createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch {
    throw badKubeconfig(
      `the certificates of ${clusterWho} and ${userWho} can't be used: they are damaged or don't fit`,
    );
  }
}

function readAuthorization({ token, username, password }: KubeconfigUser, who: string): string | null {
  if (token !== undefined) {
    const value = `Bearer ${token.trim()}`;
    try {
      http.validateHeaderValue('authorization', value);
    } catch {
      throw badKubeconfig(`the token of ${who} has characters that a token can't have`);
    }
    return value;
  }
  if (username === undefined) return null;
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function secretsOf(user: KubeconfigUser, authorization: string | null): string[] {
  const key = user['client-key-data'];
  const secrets = [user.token?.trim(), user.password, authorization?.split(' ')[1], key];
  return secrets.filter((secret) => secret !== undefined);
}

/** What a kubeconfig gives access to. Throws BAD_INPUT that says what is wrong with it. */
export async function readAccess(kubeconfig: string, policy: AddressPolicy): Promise<Access> {
  const { cluster, clusterName, user, userName } = await readKubeconfig(kubeconfig);
  const clusterWho = `the cluster ${quoted(clusterName)}`;
  const userWho = `the user ${quoted(userName)}`;
  refuse(cluster, REFUSED_OF_CLUSTER, clusterWho);
  refuse(user, REFUSED_OF_USER, userWho);
  const url = readServer(cluster, clusterWho, policy);
  const authorization = readAuthorization(user, userWho);
  const secureContext = readTls(cluster, user, clusterWho, userWho);
  if (authorization === null && user['client-certificate-data'] === undefined) {
    throw badKubeconfig(`${userWho} has no token, client certificate or password`);
  }
  return {
    server: withoutSlashes(url.href),
    authorization,
    secrets: secretsOf(user, authorization),
    tls: {
      secureContext,
      verify: cluster['insecure-skip-tls-verify'] !== true,
      serverName: cluster['tls-server-name'],
    },
  };
}
