/** For `vi.waitFor` and `vi.waitUntil`, whose own second is over on a busy machine. */
export const PATIENCE = { timeout: 30_000 };
