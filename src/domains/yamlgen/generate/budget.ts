import type { Value } from './jinja.js';
import { isFunction, isList, isNothing, isObject } from './values.js';

/** Of all templates of a job together: steps, and characters that it prints. */
const MOST_STEPS = 10_000_000;
/** What a turn of a loop takes. */
const STEPS_OF_TURN = 8;
const MOST_PRINTED = 16_777_216;
/** Characters of a text, and items of a list, while it runs. */
const MOST_TEXT = 4_194_304;
const MOST_ITEMS = 200_000;
/** Of expressions, loops and macros within each other, and of lists. */
const MOST_DEPTH = 400;
const MOST_LEVELS = 50;
/** Characters that a filter puts before each line. */
const MOST_INDENT = 100;

/** Filters whose result may be as long as one text times the other. */
const MULTIPLYING = ['replace', 'tojson'];
const INDENTING = ['indent', 'tojson'];

/** Steps between looks at the clock. */
const STEPS_OF_LOOK = 8;

const lengthOf = ({ value }: Value): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 1;

/** What a template may use; it throws when that is spent. */
export class Budget {
  #steps = 0;
  #printed = 0;
  #depth = 0;
  #looks = 0;

  /** `end` is the moment, of `performance.now()`, at which it must have come to its end. */
  constructor(private readonly end: number) {}

  /** Of a loop with so many turns. */
  loop(turns: number): void {
    this.step(turns * STEPS_OF_TURN);
  }

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MOST_STEPS)
      throw new Error(
        `the templates take more than ${MOST_STEPS} steps; loops within loops may go by way of groupby`,
      );
    // Few steps may take long, such as those that look for something in a long list.
    this.#looks += 1;
    if (this.#looks % STEPS_OF_LOOK === 0 && performance.now() > this.end)
      throw new Error('it takes too long; loops within loops may go by way of groupby');
  }

  /** Around what an expression, or a macro, is made of. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new Error('it nests too deeply, or calls itself for ever');
  }

  leave(): void {
    this.#depth -= 1;
  }

  print(length: number): void {
    this.#printed += length;
    if (this.#printed > MOST_PRINTED)
      throw new Error(`the templates make more than ${MOST_PRINTED} characters`);
  }

  /** What an expression has come to. */
  keep(value: Value): void {
    if (typeof value.value === 'string') this.requireText(value.value.length);
    if (isList(value)) this.requireItems(value.value.length);
    if (typeof value.value === 'number' && !Number.isFinite(value.value))
      throw new Error('a number is too large, or is divided by 0');
  }

  requireText(length: number): void {
    if (length > MOST_PRINTED) throw new Error(`a text is longer than ${MOST_PRINTED}`);
  }

  requireItems(length: number): void {
    if (length > MOST_ITEMS) throw new Error(`a list is longer than ${MOST_ITEMS}`);
  }

  /** Before a filter that makes more of a value. */
  multiply(filter: string, operand: Value, args: readonly Value[]): void {
    if (MULTIPLYING.includes(filter) && args.length > 0) {
      const length = isList(operand) || isObject(operand) ? this.jsonOf(operand).length : lengthOf(operand);
      const longest = Math.max(...args.map((arg) => this.#growthBy(filter, arg)));
      if ((length + 1) * (longest + 1) > MOST_PRINTED)
        throw new Error(`${filter} would make too long a text`);
    }
    const isWide = args.some(({ value }) => typeof value === 'number' && value > MOST_INDENT);
    if (INDENTING.includes(filter) && isWide) throw new Error(`${filter} indents by ${MOST_INDENT} at most`);
  }

  /** By how much an argument may make a text longer at each place; a number is an indent of each level. */
  #growthBy(filter: string, arg: Value): number {
    const isIndent = INDENTING.includes(filter) && typeof arg.value === 'number';
    return isIndent ? Number(arg.value) * MOST_LEVELS : this.textOf(arg).length;
  }

  /** As it is printed. */
  textOf(value: Value): string {
    if (isNothing(value)) return '';
    return isList(value) || isObject(value) || isFunction(value) ? this.jsonOf(value) : value.toString();
  }

  /** As JSON, which is YAML too. */
  jsonOf(value: Value): string {
    const parts: string[] = [];
    let length = 0;
    const add = (text: string) => {
      length += text.length;
      if (length > MOST_TEXT) throw new Error(`a value printed is longer than ${MOST_TEXT} characters`);
      parts.push(text);
    };
    const write = (item: Value, level: number): void => {
      if (level > MOST_LEVELS) throw new Error(`lists nest deeper than ${MOST_LEVELS} levels`);
      if (isFunction(item)) throw new Error('a function is printed; call it with ()');
      if (isList(item)) {
        add('[');
        for (const [index, each] of item.value.entries()) {
          if (index > 0) add(', ');
          write(each, level + 1);
        }
        add(']');
      } else if (isObject(item)) {
        let separator = '{';
        for (const [key, each] of item.value.entries()) {
          add(`${separator}${JSON.stringify(key)}: `);
          write(each, level + 1);
          separator = ', ';
        }
        add(separator === '{' ? '{}' : '}');
      } else add(isNothing(item) ? 'null' : JSON.stringify(item.value));
    };
    write(value, 0);
    return parts.join('');
  }
}
