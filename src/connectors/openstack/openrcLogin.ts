import type { CloudLogin, Credentials, Named } from './account.js';
import type { OpenrcVariables } from './openrc.js';

/** Why an openrc file is of no use; names the variables. */
export class OpenrcError extends Error {}

/** What the variables of an openrc file say of a cloud and the account there. Throws OpenrcError. */
export function loginOf(variables: OpenrcVariables): CloudLogin {
  const missing: string[] = [];
  const find = (...names: string[]): string | undefined =>
    names.map((name) => variables.get(name)).find((value) => value !== undefined && value !== '');
  const need = (...names: [string, ...string[]]): string => {
    const value = find(...names);
    if (value === undefined) missing.push(names[0]);
    return value ?? '';
  };
  const domain = (kind: 'USER' | 'PROJECT') => {
    const name = find(`OS_${kind}_DOMAIN_NAME`);
    const id = find(`OS_${kind}_DOMAIN_ID`) ?? (name === undefined ? 'default' : undefined);
    return id === undefined ? { name: name ?? '' } : { id };
  };
  const user = (): Named => {
    const id = find('OS_USER_ID');
    return id === undefined ? { name: need('OS_USERNAME'), domain: domain('USER') } : { id };
  };
  const project = (): Named => {
    const id = find('OS_PROJECT_ID', 'OS_TENANT_ID');
    return id === undefined
      ? { name: need('OS_PROJECT_NAME', 'OS_TENANT_NAME'), domain: domain('PROJECT') }
      : { id };
  };
  const applicationCredential = (): Credentials => {
    const id = find('OS_APPLICATION_CREDENTIAL_ID');
    return {
      kind: 'applicationCredential',
      credential: id === undefined ? { name: need('OS_APPLICATION_CREDENTIAL_NAME'), user: user() } : { id },
      secret: need('OS_APPLICATION_CREDENTIAL_SECRET'),
    };
  };

  const url = need('OS_AUTH_URL');
  const isApplication =
    find('OS_AUTH_TYPE') === 'v3applicationcredential' ||
    find('OS_APPLICATION_CREDENTIAL_SECRET') !== undefined;
  const credentials: Credentials = isApplication
    ? applicationCredential()
    : { kind: 'password', user: user(), password: need('OS_PASSWORD'), project: project() };
  if (missing.length > 0) throw new OpenrcError(complaintOf(missing, variables));
  return {
    authUrl: identityUrl(url),
    credentials,
    interface: find('OS_INTERFACE', 'OS_ENDPOINT_TYPE')?.replace(/URL$/, '') ?? null,
    region: find('OS_REGION_NAME') ?? null,
    caPath: find('OS_CACERT') ?? null,
  };
}

function complaintOf(missing: readonly string[], variables: OpenrcVariables): string {
  const told = missing.map((name) =>
    variables.has(name) && variables.get(name) === undefined
      ? `${name} (its value is no text, or known only to who runs the file)`
      : name,
  );
  return `it does not tell ${told.join(', ')}`;
}

/** Of Keystone's version 3, whichever version the file names, if any. */
function identityUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new OpenrcError('OS_AUTH_URL is no address of an identity service');
  const path = url.pathname.split('/').filter(Boolean);
  if (/^v\d/.test(path.at(-1) ?? '')) path.pop();
  return [url.origin, ...path, 'v3'].join('/');
}
