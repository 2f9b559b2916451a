import type { Statement, Value } from './jinja.js';

/** A tag or a text in the body of a template. */
export type Marked = Statement & { line?: number };

export interface Print extends Statement {
  type: 'Print';
  expression: Statement;
  line: number;
}

/** A value in place of an expression. */
export interface Known extends Statement {
  type: 'Known';
  value: Value;
}

export interface Named extends Statement {
  type: 'Identifier';
  value: string;
}

export interface Member extends Statement {
  type: 'MemberExpression';
  object: Statement;
  property: Statement;
  computed: boolean;
}

export interface Argument extends Statement {
  key: Named;
  value: Statement;
}

export interface Call extends Statement {
  type: 'CallExpression';
  callee: Statement;
  args: Statement[];
}

export interface Filter extends Statement {
  type: 'FilterExpression';
  operand: Statement;
  filter: Named | Call;
}

export interface Binary extends Statement {
  type: 'BinaryExpression';
  operator: { value: string };
  left: Statement;
  right: Statement;
}

/** A filter of what stands between its tags. */
export interface FilterBlock extends Statement {
  type: 'FilterStatement';
  filter: Filter['filter'];
  body: Statement[];
}

export interface Loop extends Statement {
  type: 'For';
  iterable: Statement;
}

/** What a loop takes of a list. */
export interface Select extends Statement {
  type: 'SelectExpression';
  lhs: Statement;
}

export interface Test extends Statement {
  type: 'TestExpression';
  operand: Statement;
  test: Named;
}

export const known = (value: Value): Known => ({ type: 'Known', value });
