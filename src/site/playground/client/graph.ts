import { RequestFailure, bearer, request } from './request.js';
import { doubtToken, freshToken } from './session.js';

/** Runs one operation of the page's own as whoever is logged in; throws the first error. */
export async function run<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const token = await freshToken();
  try {
    return await request<T>(query, variables, bearer(token));
  } catch (error) {
    if (error instanceof RequestFailure && error.reason === 'DEAD_TOKEN') await doubtToken(token);
    throw error;
  }
}
