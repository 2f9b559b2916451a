import { readFileSync } from 'node:fs';

const README = new URL('../../../README.md', import.meta.url);
const START = '<!-- operations of ModelArts, by their tests: npm run coverage:modelarts -->\n';
const END = '<!-- end of operations -->';
/** Groups in a row, so that the table is short. */
const COLUMNS = 3;

/** What is known of one operation. */
export interface Covered {
  group: string;
  inGraphql: boolean;
  byRest: boolean;
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** How many operations of each group do, as a table in Markdown. */
export function tableOf(covered: readonly Covered[]): string {
  const numbers = (some: readonly Covered[]) => {
    const graphql = some.filter(({ inGraphql }) => inGraphql).length;
    const rest = some.filter(({ byRest }) => byRest).length;
    return [`${some.length}`, `${graphql}`, `${rest}`];
  };
  const cells = [...Map.groupBy(covered, ({ group }) => group)].map(([group, some]) => [
    `\`${group}\``,
    ...numbers(some),
  ]);
  const height = Math.ceil(cells.length / COLUMNS);
  const rows = Array.from({ length: height }, (_, index) =>
    row(
      Array.from(
        { length: COLUMNS },
        (_, column) => cells[index + column * height] ?? ['', '', '', ''],
      ).flat(),
    ),
  );
  const [all, graphql, rest] = numbers(covered);
  const head = Array.from({ length: COLUMNS }, () => ['group', 'operations', 'in GraphQL', 'by REST']).flat();
  const rule = Array.from({ length: COLUMNS }, () => ['---', '---:', '---:', '---:']).flat();
  return [
    row(head),
    `|${rule.join('|')}|`,
    ...rows,
    '',
    `Of ${all} operations ${graphql} work in GraphQL and ${rest} through forwarding.`,
    '',
  ].join('\n');
}

/** README with this table in its place. */
export function readmeWith(table: string): string {
  const text = readFileSync(README, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end < start) throw new Error('README has no place for the table');
  return text.slice(0, start + START.length) + table + text.slice(end);
}

export { README };
