import { RequestFailure, bearer, request } from './request.js';
import { doubtToken, freshToken, readToken } from './session.js';

/** Runs one operation of the page's own as whoever is logged in, which may be nobody after all; throws the first error. */
export async function run<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const token = await freshToken();
  try {
    return await request<T>(query, variables, bearer(token));
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.reason !== 'DEAD_TOKEN') throw error;
    await doubtToken(token);
    const next = readToken();
    if (next === token) throw error;
    return request<T>(query, variables, bearer(next));
  }
}
