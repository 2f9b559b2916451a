/** Tests that do on PostgreSQL what they do without it, and so are left out where `TEST_DATABASE_URL` is set. */

/** They use no database. */
export const WITHOUT_DATABASE = [
  'test/apiDocument/**',
  'test/config/**',
  'test/connectors/**',
  'test/kernel/**',
];

/** They start the program with the embedded database. */
export const EMBEDDED_PROGRAMS = [
  'test/process/bundle.test.ts',
  'test/process/deployments.test.ts',
  'test/process/embedded.test.ts',
  'test/process/npmStart.test.ts',
  'test/process/telemetry.test.ts',
];

/** These of them, where there is a PostgreSQL. */
export const leftOut = (alike: readonly string[]): readonly string[] =>
  process.env['TEST_DATABASE_URL'] ? alike : [];
