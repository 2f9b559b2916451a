const KEY = 'isthmus.token';

let token = sessionStorage.getItem(KEY) ?? '';

/** The access token that requests carry; the browser forgets it with the tab. */
export function readToken(): string {
  return token;
}

export function writeToken(value: string): void {
  token = value.trim();
  if (token === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}
