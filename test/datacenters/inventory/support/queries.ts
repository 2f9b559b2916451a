import type { CompiledQuery } from 'kysely';
import type { Database } from '../../../../src/database/database.js';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const stepsOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(stepsOf)];

/** The statements about virtual machines, or about something else, with their values, until `stop`, and what they take. */
export function recordQueries(database: Database, about = '"virtual_machine') {
  const found: CompiledQuery[] = [];
  const prototype = Object.getPrototypeOf(database.fork().getKysely().getExecutor()) as {
    executeQuery: (query: CompiledQuery) => Promise<unknown>;
  };
  const { executeQuery } = prototype;
  prototype.executeQuery = async function record(query: CompiledQuery) {
    if (query.sql.includes(about)) found.push(query);
    return executeQuery.call(this, query);
  };
  return {
    found,
    stop: () => {
      prototype.executeQuery = executeQuery;
    },
    /** The most rows that a step of its plan reads, and the plan. */
    workOf: async ({ sql, parameters }: CompiledQuery) => {
      const { rows } = await database.query(`explain (analyze, format json) ${sql}`, parameters);
      const [row] = rows;
      const plans = row?.['QUERY PLAN'];
      const parsed = (typeof plans === 'string' ? JSON.parse(plans) : plans) as [{ Plan: Plan }];
      const read = stepsOf(parsed[0].Plan).map(
        (step) => (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'],
      );
      const scans = stepsOf(parsed[0].Plan).map((step) => `${step['Node Type']} on ${step['Relation Name']}`);
      return { rows: Math.max(...read), text: scans.join('; ') };
    },
  };
}
