import { type Place } from './fault.js';

/** A piece of a template: text, or what stands in a tag. */
export interface Piece {
  kind: 'text' | 'expression' | 'statement';
  text: string;
  /** Where it begins, counted from 1. */
  line: number;
}

const CLOSING = { '{{': '}}', '{%': '%}', '{#': '#}' } as const;
type Opening = keyof typeof CLOSING;

/** Characters of a tag, beside comments, and blanks in a row there, for which the library looks in quadratic time. */
const MOST_OF_TAG = 10_000;
const MANY_BLANKS = /\s{100}/;
const MOST_TAGS = 20_000;
const BLANKS = [' ', '\t'];
const END_OF_RAW = /\{%[-+]?[ \t]*endraw[ \t]*[-+]?%\}/g;

const isOpening = (text: string): text is Opening => text in CLOSING;

/** Where the tag's content ends, past texts in quotes and objects in braces; -1 where it does not. */
function endOf(template: string, from: number, closing: string): number {
  if (closing === '#}') return template.indexOf(closing, from);
  let quote = '';
  let depth = 0;
  const last = Math.min(template.length, from + MOST_OF_TAG);
  for (let at = from; at < last; at += 1) {
    const character = template.charAt(at);
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (depth === 0 && template.startsWith(closing, at)) return at;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
  }
  return -1;
}

/** Cuts a template into pieces. White space goes as with Jinja's `trim_blocks` and `lstrip_blocks`. */
class Cutter {
  readonly pieces: Piece[] = [];
  #at = 0;
  #line = 1;
  #lineEnd: number;
  #tags = 0;
  /** What the tag before says of the white space that follows it. */
  #trim: 'none' | 'newline' | 'all' = 'none';

  constructor(
    private readonly template: string,
    private readonly place: Place,
  ) {
    this.#lineEnd = template.indexOf('\n');
  }

  cut(): Piece[] {
    for (;;) {
      const open = this.#nextOpening();
      if (open === -1) break;
      const opening = this.template.slice(open, open + 2) as Opening;
      const sign = this.template.charAt(open + 2);
      this.#text(open, opening, sign);
      this.#tag(open, opening, sign === '-' || sign === '+' ? 3 : 2);
    }
    this.#text(this.template.length, undefined, '');
    return this.pieces;
  }

  #nextOpening(): number {
    for (let at = this.template.indexOf('{', this.#at); at !== -1; at = this.template.indexOf('{', at + 1))
      if (isOpening(this.template.slice(at, at + 2))) return at;
    return -1;
  }

  #lineAt(offset: number): number {
    while (this.#lineEnd !== -1 && this.#lineEnd < offset) {
      this.#line += 1;
      this.#lineEnd = this.template.indexOf('\n', this.#lineEnd + 1);
    }
    return this.#line;
  }

  /** Text up to a tag, or to the end. */
  #text(until: number, opening: Opening | undefined, sign: string): void {
    const line = this.#lineAt(this.#at);
    let text = this.template.slice(this.#at, until);
    if (this.#trim === 'newline') text = text.replace(/^\r?\n/, '');
    if (this.#trim === 'all') text = text.trimStart();
    if (sign === '-') text = text.trimEnd();
    else if (sign !== '+' && opening !== undefined && opening !== '{{')
      text = text.slice(0, text.length - this.#indentBefore(until));
    if (text !== '') this.pieces.push({ kind: 'text', text, line });
  }

  /** How many blanks stand before it, where nothing else does in its line. */
  #indentBefore(offset: number): number {
    let start = offset;
    while (start > this.#at && BLANKS.includes(this.template.charAt(start - 1))) start -= 1;
    return start === 0 || this.template.charAt(start - 1) === '\n' ? offset - start : 0;
  }

  #tag(open: number, opening: Opening, head: number): void {
    const line = this.#lineAt(open);
    this.#tags += 1;
    if (this.#tags > MOST_TAGS)
      throw this.place.at(`line ${line}`).fault(`a template has at most ${MOST_TAGS} tags`);
    const closing = CLOSING[opening];
    const end = endOf(this.template, open + head, closing);
    if (end === -1) throw this.place.at(`line ${line}`).fault(`${opening} has no ${closing}`);
    const sign = this.template.charAt(end - 1);
    const isSigned = (sign === '-' || sign === '+') && end - 1 >= open + head;
    const text = this.template.slice(open + head, isSigned ? end - 1 : end).trim();
    if (opening !== '{#' && MANY_BLANKS.test(text))
      throw this.place.at(`line ${line}`).fault('a tag has 100 blanks in a row, or more');
    this.#at = end + closing.length;
    this.#trim = 'none';
    if (sign === '-' && isSigned) this.#trim = 'all';
    else if (opening !== '{{' && !(isSigned && sign === '+')) this.#trim = 'newline';
    if (opening === '{%' && text === 'raw') this.#verbatim(line);
    else if (opening !== '{#')
      this.pieces.push({ kind: opening === '{{' ? 'expression' : 'statement', text, line });
  }

  #verbatim(line: number): void {
    END_OF_RAW.lastIndex = this.#at;
    const end = END_OF_RAW.exec(this.template);
    if (!end) throw this.place.at(`line ${line}`).fault('{% raw %} has no {% endraw %}');
    this.#text(end.index, '{%', '');
    this.#at = end.index + end[0].length;
    this.#trim = 'newline';
  }
}

export function piecesOf(template: string, place: Place): Piece[] {
  return new Cutter(template, place).cut();
}
