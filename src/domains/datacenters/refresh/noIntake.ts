import type { InventoryIntake } from './intake.port.js';

/** Reads all and keeps nothing. */
export const NO_INTAKE: InventoryIntake = {
  begin: async () => ({
    take: async (_kind, pages) => {
      for await (const _page of pages) continue;
    },
    swap: async () => undefined,
    discard: async () => undefined,
  }),
};
