import type { Place } from './fault.js';
import { type Program, type Statement, type Token, parse, tokenize } from './jinja.js';
import type { Marked, Print } from './nodes.js';
import { type Piece, piecesOf } from './tags.js';

/** Tags that a tag of the same name with `end` before it closes; `set` may be one. */
const BLOCKS = ['for', 'if', 'macro', 'call', 'filter'];
/** What would read other files. */
const FOREIGN = ['include', 'import', 'from', 'extends', 'block'];

/** Where bodies stand in statements. */
const BODIES = ['body', 'alternate', 'defaultBlock'] as const;
const STATEMENTS = ['If', 'For', 'Macro', 'Set', 'CallStatement', 'FilterStatement', 'Break', 'Continue'];

const wordOf = ({ text }: Piece): string => /^\w*/.exec(text)?.[0] ?? '';

class TemplateParser {
  readonly #tokens: Token[] = [];
  readonly #lines: number[] = [];
  readonly #open: { word: string; line: number }[] = [];

  constructor(private readonly place: Place) {}

  parse(template: string): Program {
    for (const piece of piecesOf(template, this.place)) this.#add(piece);
    const [open] = this.#open.slice(-1);
    if (open) throw this.#at(open.line).fault(`{% ${open.word} %} has no {% end${open.word} %}`);
    let last = 0;
    // Tells how far the parser came.
    const tokens = new Proxy(this.#tokens, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) last = Number(key);
        return Reflect.get(target, key) as unknown;
      },
    });
    try {
      const program = parse(tokens);
      this.#mark(program.body, 1);
      return program;
    } catch (error) {
      throw this.#failure(error, this.#lines[last] ?? this.#lines.at(-1) ?? 1);
    }
  }

  #at(line: number): Place {
    return this.place.at(`line ${line}`);
  }

  #failure(error: unknown, line: number): Error {
    if (error instanceof RangeError) return this.#at(line).fault('the expression nests too deeply');
    const message = error instanceof TypeError ? 'the tag ends too early' : (error as Error).message;
    return this.#at(line).fault(`the template is not well formed: ${message}`);
  }

  #add(piece: Piece): void {
    if (piece.kind === 'text') this.#push(piece.line, { type: 'Text', value: piece.text });
    else {
      if (piece.kind === 'statement') this.#noteBlock(piece);
      // Says where the tag stands to whoever walks through the parsed template.
      this.#push(piece.line, { type: 'Comment', value: String(piece.line) });
      const [head, tail] = piece.kind === 'statement' ? ['{%', '%}'] : ['{{', '}}'];
      try {
        this.#push(piece.line, ...tokenize(`${head} ${piece.text} ${tail}`));
      } catch (error) {
        throw this.#failure(error, piece.line);
      }
    }
  }

  #push(line: number, ...tokens: Token[]): void {
    for (const token of tokens) {
      this.#tokens.push(token);
      this.#lines.push(line);
    }
  }

  #noteBlock(piece: Piece): void {
    const word = wordOf(piece);
    if (FOREIGN.includes(word))
      throw this.#at(piece.line).fault(`{% ${word} %} is not known: a template stands for itself`);
    if (BLOCKS.includes(word)) this.#open.push({ word, line: piece.line });
    if (!word.startsWith('end') || word === 'endset') return;
    const open = this.#open.pop();
    if (open && `end${open.word}` === word) return;
    throw this.#at(piece.line).fault(
      open ? `{% ${word} %} closes {% ${open.word} %} of line ${open.line}` : `{% ${word} %} closes nothing`,
    );
  }

  /** Takes the lines' marks out of a body, and turns what prints into statements of their own. */
  #mark(body: Marked[], from: number): number {
    let line = from;
    const marked: Marked[] = [];
    for (const node of body) {
      if (node.type === 'Comment') line = Number((node as Statement & { value: string }).value);
      else if (!STATEMENTS.includes(node.type)) marked.push(this.#print(node, line));
      else {
        marked.push(Object.assign(node, { line }));
        // What a branch ends with stands before the next one's condition.
        for (const name of BODIES) {
          const inner = (node as Statement & { [K in typeof name]?: Marked[] })[name];
          if (inner) line = this.#mark(inner, line);
        }
      }
    }
    body.splice(0, body.length, ...marked);
    return line;
  }

  #print(expression: Statement, line: number): Print {
    const print = Object.create(Object.getPrototypeOf(expression) as object) as Print;
    return Object.assign(print, { type: 'Print' as const, expression, line });
  }
}

/** Reads a template. BAD_INPUT names the line where it is not well formed. */
export function parseTemplate(template: string, place: Place): Program {
  return new TemplateParser(place).parse(template);
}
