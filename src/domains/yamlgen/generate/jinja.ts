import * as library from '@huggingface/jinja';

// The library's own declarations name each other in a way that only bundlers understand.

/** A value in a running template. */
export interface Value {
  type: string;
  value: unknown;
  toString(): string;
}

/** Variables of a part of a template. */
export interface Scope {
  variables: Map<string, Value>;
  /** What stands after `is`, by name. */
  tests: ReadonlyMap<string, (...values: Value[]) => boolean>;
  /** Makes a value of it. */
  set(name: string, raw: unknown): Value;
  setVariable(name: string, value: Value): Value;
}

/** A tag, a text or an expression that has been read. */
export interface Statement {
  type: string;
}

export interface Program extends Statement {
  body: Statement[];
}

export interface Token {
  type: string;
  value: string;
}

interface Running {
  global: Scope;
  run(program: Program): Value;
  evaluate(statement: Statement | undefined, scope: Scope): Value;
}

export const { Environment, Interpreter, parse, tokenize } = library as unknown as {
  Environment: new () => Scope;
  Interpreter: new (scope: Scope) => Running;
  parse: (tokens: readonly Token[]) => Program;
  tokenize: (template: string) => Token[];
};
