import type { Budget } from './budget.js';
import { type Place, quoted } from './fault.js';
import { FILTERS, OF_TEXTS } from './filters.js';
import { Environment, Interpreter, type Program, type Scope, type Statement, type Value } from './jinja.js';
import {
  type Argument,
  type Binary,
  type Call,
  type Filter,
  type FilterBlock,
  type Known,
  type Loop,
  type Marked,
  type Member,
  type Named,
  type Print,
  type Select,
  type Test,
  known,
} from './nodes.js';
import { operate } from './operators.js';
import { Row } from './rows.js';
import { EmptyCell, functionOf, isList, isObject, isTrue, isUndefined, valueOf } from './values.js';

const DEFAULTS = ['default', 'd'];
/** Methods of texts that are bounded. */
const BOUNDED = ['replace', 'split'];
const TESTS_OF_UNDEFINED = ['defined', 'undefined', 'none'];
const MOST_RANGE = 100_000;
/** Characters of a text that is split. */
const MOST_SPLIT = 200_000;
/** Cells without a value that are told of. */
export const MOST_MISSING = 1000;

/** A cell that is printed and has no value. */
export interface MissingValue {
  sheet: string;
  row: number;
  column: string;
}

/** Runs one template, within bounds; what is not defined is an error, but for `default` and the tests of it. */
export class Rendering extends Interpreter {
  /** The first of them. */
  readonly missing: MissingValue[] = [];
  missingCount = 0;
  #line = 1;
  /** The expression that may be undefined. */
  #tolerated: Statement | undefined;

  constructor(
    variables: ReadonlyMap<string, Value>,
    private readonly place: Place,
    private readonly budget: Budget,
  ) {
    super(new Environment());
    for (const [name, value] of variables) this.global.setVariable(name, value);
    for (const [name, value] of Object.entries({ true: true, false: false, none: null })) {
      this.global.setVariable(name, valueOf(value));
      this.global.setVariable(name.charAt(0).toUpperCase() + name.slice(1), valueOf(value));
    }
    this.global.setVariable(
      'range',
      valueOf((...bounds: unknown[]) => this.#range(bounds)),
    );
  }

  /** The text that comes of it. BAD_INPUT names the line. */
  render(program: Program): string {
    try {
      return String(this.run(program).value);
    } catch (error) {
      const place = this.place.at(`line ${this.#line}`);
      if (error instanceof RangeError) throw place.fault('it nests too deeply, or makes too much');
      throw place.fault((error as Error).message || '{% break %} or {% continue %} stands in no loop');
    }
  }

  override evaluate(statement: Statement | undefined, scope: Scope): Value {
    if (!statement) return super.evaluate(statement, scope);
    this.budget.step();
    this.budget.enter();
    const outer = this.#line;
    const { line } = statement as Marked;
    if (line !== undefined) this.#line = line;
    // The library answers nothing for the first item of an empty list.
    const value = (this.#evaluate(statement, scope) as Value | undefined) ?? valueOf(undefined);
    this.budget.keep(value);
    this.budget.leave();
    // After a macro the tag that called it goes on.
    if (line !== undefined) this.#line = outer;
    return value;
  }

  #evaluate(statement: Statement, scope: Scope): Value {
    switch (statement.type) {
      case 'For':
        return this.#loop(statement as Loop, scope);
      case 'Print':
        return this.#print(statement as Print, scope);
      case 'FilterStatement':
        return this.#filterBlock(statement as FilterBlock, scope);
      case 'CallStatement':
        return this.#shown(super.evaluate(statement, scope));
      case 'BinaryExpression':
        return this.#operation(statement as Binary, scope);
      case 'Known':
        return (statement as Known).value;
      case 'Identifier':
        return this.#defined(statement, super.evaluate(statement, scope), (statement as Named).value);
      case 'MemberExpression':
        return this.#member(statement as Member, scope);
      case 'FilterExpression':
        return this.#filter(statement as Filter, scope);
      case 'TestExpression':
        return this.#test(statement as Test, scope);
      default:
        return super.evaluate(statement, scope);
    }
  }

  #loop(loop: Loop, scope: Scope): Value {
    const { iterable } = loop;
    const select = iterable.type === 'SelectExpression' ? (iterable as Select) : undefined;
    const value = this.evaluate(select?.lhs ?? iterable, scope);
    if (isList(value)) this.budget.loop(value.value.length);
    const items = select ? { ...select, lhs: known(value) } : known(value);
    return super.evaluate({ ...loop, iterable: items } as Statement, scope);
  }

  #print({ expression }: Print, scope: Scope): Value {
    const value = this.evaluate(expression, scope);
    if (value instanceof EmptyCell) {
      const { sheet, row, column } = value;
      this.missingCount += 1;
      if (this.missing.length < MOST_MISSING) this.missing.push({ sheet, row, column });
    }
    return this.#shown(value);
  }

  /** The text that it is in what comes of the template. */
  #shown(value: Value): Value {
    const text = this.budget.textOf(value);
    this.budget.print(text.length);
    return valueOf(text);
  }

  #filterBlock({ body, filter }: FilterBlock, scope: Scope): Value {
    const program: Program = { type: 'Program', body };
    const text = this.evaluate(program, scope);
    const expression: Filter = { type: 'FilterExpression', operand: known(text), filter };
    return this.#shown(this.#filter(expression, scope));
  }

  #operation(expression: Binary, scope: Scope): Value {
    const { operator, left, right } = expression;
    const one = known(this.evaluate(left, scope));
    if (operator.value === 'and' || operator.value === 'or')
      return super.evaluate({ ...expression, left: one } as Statement, scope);
    const other = known(this.evaluate(right, scope));
    return (
      operate(operator.value, one.value, other.value, this.budget) ??
      super.evaluate({ ...expression, left: one, right: other } as Statement, scope)
    );
  }

  /** The value, unless it is undefined where it must not be. */
  #defined(expression: Statement, value: Value, name: string, owner?: Value): Value {
    if (!isUndefined(value) || value instanceof EmptyCell || this.#tolerated === expression) return value;
    if (owner && isObject(owner) && owner.value instanceof Row) throw new Error(owner.value.lackOf(name));
    throw new Error(`${quoted(name)} is not defined`);
  }

  #tolerate(expression: Statement, scope: Scope): Value {
    const outer = this.#tolerated;
    this.#tolerated = expression;
    try {
      return this.evaluate(expression, scope);
    } finally {
      this.#tolerated = outer;
    }
  }

  #member(expression: Member, scope: Scope): Value {
    const { object, property, computed } = expression;
    const owner = this.evaluate(object, scope);
    if (computed && property.type === 'SliceExpression')
      return super.evaluate({ ...expression, object: known(owner) } as Statement, scope);
    const key = computed ? known(this.evaluate(property, scope)) : property;
    const value = super.evaluate({ ...expression, object: known(owner), property: key } as Statement, scope);
    const name = key.type === 'Known' ? String((key as Known).value.value) : (key as Named).value;
    return this.#bounded(this.#defined(expression, value, name, owner), name, owner);
  }

  /** Methods of texts that may make more of them than there is room for. */
  #bounded(method: Value, name: string, { value: text }: Value): Value {
    const work = method.value;
    if (typeof text !== 'string' || typeof work !== 'function' || !BOUNDED.includes(name)) return method;
    return functionOf((args) => {
      this.budget.multiply(name, valueOf(text), args);
      if (name === 'split' && text.length > MOST_SPLIT)
        throw new Error(`a text of more than ${MOST_SPLIT} characters is not split`);
      return (work as (values: Value[]) => Value)(args);
    });
  }

  #test(expression: Test, scope: Scope): Value {
    const { operand, test } = expression;
    const value = TESTS_OF_UNDEFINED.includes(test.value)
      ? this.#tolerate(operand, scope)
      : this.evaluate(operand, scope);
    if (test.value === 'none' && value instanceof EmptyCell)
      return valueOf(!('negate' in expression && expression.negate));
    return super.evaluate({ ...expression, operand: known(value) } as Statement, scope);
  }

  #filter(expression: Filter, scope: Scope): Value {
    const call = expression.filter.type === 'CallExpression' ? expression.filter : undefined;
    const name = ((call?.callee ?? expression.filter) as Named).value;
    if (DEFAULTS.includes(name)) return this.#default(expression.operand, call, scope);
    const operand = this.#operandFor(name, this.evaluate(expression.operand, scope));
    const args = (call?.args ?? []).map((argument) => this.#argument(argument, scope));
    const values = args.map((argument) =>
      argument.type === 'Known' ? (argument as Known).value : ((argument as Argument).value as Known).value,
    );
    this.budget.multiply(name, operand, values);
    const own = FILTERS.get(name);
    if (own) {
      const positional = args
        .filter(({ type }) => type === 'Known')
        .map((argument) => (argument as Known).value);
      const named = args
        .filter(({ type }) => type !== 'Known')
        .map((argument) => argument as Argument)
        .map(({ key, value }) => [key.value, (value as Known).value] as const);
      return own(operand, positional, new Map(named), this.budget);
    }
    if (name === 'tojson' && args.length === 0) return valueOf(this.budget.jsonOf(operand));
    const filter = call ? { ...call, args } : expression.filter;
    return super.evaluate({ ...expression, operand: known(operand), filter } as Statement, scope);
  }

  /** An argument that has been evaluated, as the library takes it. */
  #argument(argument: Statement, scope: Scope): Statement {
    if (argument.type === 'KeywordArgumentExpression') {
      const { value } = argument as Argument;
      return { ...argument, value: known(this.evaluate(value, scope)) } as Statement;
    }
    if (argument.type.includes('Spread')) throw new Error('arguments of filters are not unpacked');
    // The library looks at the text itself in some filters.
    const value = this.evaluate(argument, scope);
    return { ...known(value) };
  }

  #operandFor(name: string, operand: Value): Value {
    const isText = typeof operand.value === 'string';
    const isPlain = typeof operand.value === 'number' || typeof operand.value === 'boolean';
    return OF_TEXTS.includes(name) && !isText && isPlain ? valueOf(this.budget.textOf(operand)) : operand;
  }

  #default(operand: Statement, call: Call | undefined, scope: Scope): Value {
    const value = this.#tolerate(operand, scope);
    const args = (call?.args ?? []).map((argument) => this.#argument(argument, scope));
    const [fallback, always] = args.map((argument) =>
      argument.type === 'Known' ? (argument as Known).value : ((argument as Argument).value as Known).value,
    );
    const isEmpty = isUndefined(value) || (always?.value === true && !isTrue(value));
    return isEmpty ? (fallback ?? valueOf('')) : value;
  }

  #range(bounds: unknown[]): number[] {
    const [start, stop, step] =
      bounds.length === 1 ? [0, bounds[0], 1] : [bounds[0], bounds[1], bounds[2] ?? 1];
    if (![start, stop, step].every(Number.isInteger) || step === 0)
      throw new Error('range takes whole numbers, and a step other than 0');
    const length = Math.max(0, Math.ceil((Number(stop) - Number(start)) / Number(step)));
    if (length > MOST_RANGE) throw new Error(`a range has at most ${MOST_RANGE} numbers`);
    return Array.from({ length }, (_, index) => Number(start) + index * Number(step));
  }
}
