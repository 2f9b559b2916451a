import type { Value } from './jinja.js';
import { isFunction, isList, isNull, isObject, isUndefined } from './values.js';

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
const MULTIPLYING = ['replace', 'join'];
const INDENTING = ['indent', 'tojson'];

const lengthOf = ({ value }: Value): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : 1;

/** What a template may use; it throws when that is spent. */
export class Budget {
  #steps = 0;
  #printed = 0;
  #depth = 0;

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
    const limit = typeof value.value === 'string' ? MOST_PRINTED : MOST_ITEMS;
    if (lengthOf(value) > limit) throw new Error(`a text or a list is longer than ${limit}`);
  }

  /** Before a filter that makes more of a value. */
  multiply(filter: string, operand: Value, args: readonly Value[]): void {
    const longest = Math.max(0, ...args.map(lengthOf));
    if (MULTIPLYING.includes(filter) && (lengthOf(operand) + 1) * (longest + 1) > MOST_TEXT * 2)
      throw new Error(`${filter} would make too long a text`);
    const isWide = args.some(({ value }) => typeof value === 'number' && value > MOST_INDENT);
    if (INDENTING.includes(filter) && isWide) throw new Error(`${filter} indents by ${MOST_INDENT} at most`);
  }

  /** As it is printed. */
  textOf(value: Value): string {
    return isList(value) || isObject(value) ? this.jsonOf(value) : value.toString();
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
      if (isFunction(item)) throw new Error('a function is printed');
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
      } else add(isUndefined(item) || isNull(item) ? 'null' : JSON.stringify(item.value));
    };
    write(value, 0);
    return parts.join('');
  }
}
