import { onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.js';

/** The SQL statements outside transactions that run until the end of the test, of the ORM and of our own. */
export function recordStatements(database: Database): string[] {
  const statements: string[] = [];
  const executor = database.fork().getKysely().getExecutor();
  const execute = executor.executeQuery.bind(executor);
  let isRecording = true;
  executor.executeQuery = async (query, options) => {
    if (isRecording) statements.push(query.sql);
    return execute(query, options);
  };
  onTestFinished(() => {
    isRecording = false;
  });
  return statements;
}
