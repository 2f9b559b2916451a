import { DomainError } from '../../kernel/errors.js';
import type { Connection } from './connection.js';
import { statusOf } from './failures.js';
import { readIdentity } from './identity.js';
import { badKubeconfig } from './kubeconfig.js';
import { reviewSchema } from './objects.js';
import { PERMISSIONS } from './permissions.js';
import { readVersion } from './version.js';

/** The first whose server-side apply is generally available. */
const OLDEST = { major: 1, minor: 22 };

async function checkVersion(connection: Connection, signal: AbortSignal): Promise<string> {
  const { major, minor, gitVersion } = await readVersion(connection, signal);
  // Some distributions write a plus sign behind the minor version.
  const [majorNumber, minorNumber] = [parseInt(major, 10), parseInt(minor, 10)];
  const isOldEnough =
    majorNumber > OLDEST.major || (majorNumber === OLDEST.major && minorNumber >= OLDEST.minor);
  if (isOldEnough) return gitVersion;
  throw badKubeconfig(
    `${connection.named} runs Kubernetes ${gitVersion}; ${OLDEST.major}.${OLDEST.minor} or newer is needed`,
  );
}

async function isAllowed(
  connection: Connection,
  resourceAttributes: { verb: string; group: string; resource: string; subresource?: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { status } = await connection.call({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    reply: reviewSchema,
    signal,
  });
  return status.allowed;
}

/** Of a resource such as `pods/log`, as rules name it. */
function attributesOf({ resource: path, ...rest }: { verb: string; group: string; resource: string }) {
  const [resource = '', subresource] = path.split('/');
  return { ...rest, resource, ...(subresource !== undefined && { subresource }) };
}

async function checkPermissions(connection: Connection, signal: AbortSignal): Promise<void> {
  const wanted = PERMISSIONS.flatMap(({ apiGroup, resource, verbs }) =>
    verbs.map((verb) => ({ verb, group: apiGroup, resource })),
  );
  const allowed = await Promise.all(wanted.map((each) => isAllowed(connection, attributesOf(each), signal)));
  const missing = wanted
    .filter((_, index) => !allowed[index])
    .map(({ verb, resource }) => `${verb} ${resource}`);
  if (missing.length === 0) return;
  throw badKubeconfig(`${connection.named} does not allow the account to ${missing.join(', ')}`);
}

async function examine(
  connection: Connection,
  signal: AbortSignal,
): Promise<{ uid: string; version: string }> {
  const version = await checkVersion(connection, signal);
  await checkPermissions(connection, signal);
  return { uid: await readIdentity(connection, signal), version };
}

/** Credentials that are unknown there, an account that may not ask, a name that leads where nothing may be connected to. */
function isOfKubeconfig(error: unknown): error is DomainError {
  if (!(error instanceof DomainError)) return false;
  const status = statusOf(error);
  return status === 401 || status === 403 || error.code === 'ADDRESS_DENIED';
}

/**
 * Learns what the cluster is, once everything that the product needs there is known to be possible. What another
 * kubeconfig would mend is BAD_INPUT; what is the cluster's remains as it is.
 */
export async function preflight(
  connection: Connection,
  signal: AbortSignal,
): Promise<{ uid: string; version: string }> {
  try {
    return await examine(connection, signal);
  } catch (error) {
    throw isOfKubeconfig(error) ? badKubeconfig(error.message) : error;
  }
}
