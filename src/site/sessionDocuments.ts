const TOKENS = 'accessToken expiresIn refreshToken user { name }';

export const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { ${TOKENS} } }`;
export const RENEW = `mutation Renew($input: RefreshSessionInput!) { refreshSession(input: $input) { ${TOKENS} } }`;
export const LOG_OUT = 'mutation LogOut { logOut { loggedOut } }';

/** What the pages log in and out with, also where callers are bound to documents that are known. */
export const SESSION_DOCUMENTS: readonly string[] = [LOG_IN, RENEW, LOG_OUT];
