export function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** A Markdown table. */
export function table(head: string[], rows: string[][]): string {
  const rule = head.map((_name, index) => (index === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
