import { type FieldError, badInput } from '../../kernel/errors.js';
import { parse } from '../../kernel/validation.js';
import { type IamUser, isAccessKey, modelArtsCredentials } from './platform.credentials.js';
import { type Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';

const CREDENTIALS = ['input', 'credentials'];
const ENDPOINT = 'input.credentials.iamEndpoint';

/** BAD_INPUT for what platforms of another kind have. */
export function checkPlace(platform: Pick<Platform, 'kind' | 'region' | 'projectId'>): void {
  if (platform.kind === PlatformKind.MODELARTS) return;
  const given = (['region', 'projectId'] as const).filter((field) => platform[field] !== null);
  if (given.length === 0) return;
  throw badInput(
    given.map((field) => ({ path: `input.${field}`, message: 'is for platforms of kind MODELARTS alone' })),
  );
}

function endpointFault(
  { iamEndpoint }: IamUser,
  { protocol, region }: Pick<Platform, 'protocol' | 'region'>,
): FieldError | undefined {
  if (iamEndpoint === undefined) {
    const message = 'is required where the platform has no region';
    return region === null ? { path: ENDPOINT, message } : undefined;
  }
  // A password must not travel in the clear where the platform's own requests do not.
  const isInTheClear = iamEndpoint.startsWith('http:') && protocol === PlatformProtocol.HTTPS;
  return isInTheClear ? { path: ENDPOINT, message: 'must be https, as the platform is' } : undefined;
}

/** BAD_INPUT where they are not those of the platform's kind. */
export function checkCredentials(
  platform: Pick<Platform, 'kind' | 'protocol' | 'region'>,
  given: Record<string, unknown>,
  checkAddress: (host: string, path: string) => void,
): void {
  if (platform.kind !== PlatformKind.MODELARTS) return;
  const credentials = parse(modelArtsCredentials(given), given, CREDENTIALS);
  if (isAccessKey(credentials)) return;
  const fault = endpointFault(credentials, platform);
  if (fault) throw badInput([fault]);
  if (credentials.iamEndpoint !== undefined)
    checkAddress(new URL(credentials.iamEndpoint).hostname, ENDPOINT);
}
