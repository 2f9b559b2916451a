/** What a file assigns; undefined where the value is known only to who runs the file. */
export type OpenrcVariables = ReadonlyMap<string, string | undefined>;

/** Characters of a value; none is nearly as long, and references could make it longer than the file. */
const MOST_VALUE = 4096;
const NAME = /^[A-Za-z_]\w*$/;
const NAME_HERE = /[A-Za-z_]\w*/y;
const ASSIGNING = new Set(['export', 'declare', 'typeset', 'readonly']);
/** Behind which a command begins. */
const LEADING = new Set(['then', 'else', 'do', '{']);
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

interface Word {
  text: string;
  /** Whether all of it is known. */
  isKnown: boolean;
  /** Where the name ends that it assigns to: an equals sign behind what is neither quoted nor computed. */
  equals: number;
  isPlain: boolean;
}

/** Reads a shell script for its assignments, in one pass. Nothing is run: what a command would tell is not known. */
class Script {
  /** A home is known by its short name to whoever reads files there. */
  readonly variables = new Map<string, string | undefined>([['HOME', '~']]);
  #at = 0;
  #word: Word | undefined;
  #words: Word[] = [];
  /** What the next word belongs to, if it is no argument. */
  #redirection: 'file' | 'document' | undefined;
  /** By which the documents in the script end that begin with the next line. */
  #documents: string[] = [];

  constructor(private readonly text: string) {}

  read(): void {
    while (this.#at < this.text.length) this.#step(this.#next());
    this.#endCommand();
  }

  #next(): string {
    return this.text[this.#at++] ?? '';
  }

  #step(char: string): void {
    if (char === ' ' || char === '\t') this.#endWord();
    else if (char === '\n') this.#endLine();
    else if (';&|()'.includes(char)) this.#endCommand();
    else if (char === '<' || char === '>') this.#redirect(char);
    else if (char === '#' && !this.#word) this.#at = this.#find('\n');
    else if (char === "'") this.#quote(this.#until("'"));
    else if (char === '"') this.#doubleQuotes();
    else if (char === '\\') this.#escape();
    else if (char === '$') this.#dollar(false);
    else if (char === '`') this.#skip('`');
    else this.#plain(char);
  }

  get #current(): Word {
    return (this.#word ??= { text: '', isKnown: true, equals: -1, isPlain: true });
  }

  #plain(char: string): void {
    const word = this.#current;
    if (char === '=' && word.isPlain && NAME.test(word.text)) word.equals = word.text.length;
    if (char === '=') word.isPlain = false;
    this.#add(char);
  }

  #quote(text: string): void {
    this.#current.isPlain = false;
    this.#add(text);
  }

  /** An end that never comes leaves the value unknown. */
  #unknown(): void {
    this.#current.isPlain = false;
    this.#current.isKnown = false;
  }

  #add(text: string): void {
    const word = this.#current;
    if (word.text.length + text.length > MOST_VALUE) word.isKnown = false;
    else word.text += text;
  }

  #find(char: string): number {
    const found = this.text.indexOf(char, this.#at);
    return found === -1 ? this.text.length : found;
  }

  #until(end: string): string {
    const start = this.#at;
    const found = this.#find(end);
    if (found === this.text.length) this.#unknown();
    this.#at = found + 1;
    return this.text.slice(start, found);
  }

  #doubleQuotes(): void {
    this.#quote('');
    for (let char = this.#next(); char !== '"'; char = this.#next()) {
      if (char === '') return this.#unknown();
      if (char === '$') this.#dollar(true);
      else if (char === '`') this.#skip('`');
      else if (char !== '\\') this.#add(char);
      else {
        const escaped = this.#next();
        if (escaped !== '\n') this.#add('$`"\\'.includes(escaped) ? escaped : `\\${escaped}`);
      }
    }
  }

  #escape(): void {
    const escaped = this.#next();
    if (escaped !== '\n') this.#quote(escaped);
  }

  #dollar(isQuoted: boolean): void {
    const char = this.text[this.#at] ?? '';
    if (char === '(') {
      this.#at += 1;
      return this.#skip(')');
    }
    if (char === '{') {
      this.#at += 1;
      const name = this.#name();
      if (name !== '' && this.text[this.#at] === '}') {
        this.#at += 1;
        return this.#refer(name);
      }
      return this.#skip('}');
    }
    if (!isQuoted && char === "'") {
      this.#at += 1;
      return this.#escapedQuotes();
    }
    if (!isQuoted && char === '"') return;
    const name = this.#name();
    if (name !== '') return this.#refer(name);
    if (/[\d@*#?$!-]/.test(char)) {
      this.#at += 1;
      return this.#unknown();
    }
    this.#plain('$');
  }

  #name(): string {
    NAME_HERE.lastIndex = this.#at;
    const [name = ''] = NAME_HERE.exec(this.text) ?? [];
    this.#at += name.length;
    return name;
  }

  #refer(name: string): void {
    const value = this.variables.get(name);
    if (value === undefined) this.#unknown();
    else this.#quote(value);
  }

  /** `$'...'`, as bash has it. */
  #escapedQuotes(): void {
    this.#quote('');
    for (let char = this.#next(); char !== "'"; char = this.#next()) {
      if (char === '') return this.#unknown();
      const escaped = char === '\\' ? ESCAPES[this.#next()] : char;
      if (escaped === undefined) this.#unknown();
      else this.#add(escaped);
    }
  }

  /** What is computed, to its end. */
  #skip(end: string): void {
    this.#unknown();
    const begin = { ')': '(', '}': '{' }[end];
    let depth = 1;
    let quote = '';
    while (depth > 0 && this.#at < this.text.length) {
      const char = this.#next();
      if (char === '\\' && quote !== "'") this.#at += 1;
      else if (quote !== '') quote = char === quote ? '' : quote;
      else if (char === end) depth -= 1;
      else if (char === begin) depth += 1;
      else if (end !== '`' && (char === "'" || char === '"')) quote = char;
    }
  }

  #redirect(char: string): void {
    this.#endWord();
    const isDocument = this.text.startsWith('<', this.#at) && char === '<' && this.text[this.#at + 1] !== '<';
    this.#redirection = isDocument ? 'document' : 'file';
    while ('<>&-'.includes(this.text[this.#at] ?? ' ')) this.#at += 1;
  }

  #endWord(): void {
    const word = this.#word;
    if (!word) return;
    this.#word = undefined;
    if (this.#redirection === 'document') this.#documents.push(word.text);
    else if (this.#redirection === undefined) this.#words.push(word);
    this.#redirection = undefined;
  }

  #endLine(): void {
    this.#endCommand();
    const documents = this.#documents;
    this.#documents = [];
    for (const end of documents) while (this.#at < this.text.length && this.#line().trim() !== end);
  }

  #line(): string {
    const start = this.#at;
    this.#at = this.#find('\n') + 1;
    return this.text.slice(start, this.#at);
  }

  #endCommand(): void {
    this.#endWord();
    this.#redirection = undefined;
    const words = this.#words;
    this.#words = [];
    const start = words.findIndex(({ text }) => !LEADING.has(text));
    const [first, ...others] = start === -1 ? [] : words.slice(start);
    if (!first) return;
    if ([first, ...others].every(({ equals }) => equals > 0))
      [first, ...others].forEach((word) => this.#assign(word));
    else if (ASSIGNING.has(first.text)) others.forEach((word) => this.#assign(word));
    else if (first.text === 'read') others.forEach(({ text }) => this.#forget(text));
  }

  #assign({ text, isKnown }: Word): void {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    const value = text.slice(equals + 1);
    // What was no UTF-8.
    const isReadable = isKnown && !value.includes('\uFFFD') && !value.includes('\0');
    if (equals > 0 && NAME.test(name)) this.variables.set(name, isReadable ? value : undefined);
  }

  #forget(name: string): void {
    if (NAME.test(name)) this.variables.set(name, undefined);
  }
}

/** The variables of an openrc file, which is read as data and never run. */
export function parseOpenrc(file: Buffer): OpenrcVariables {
  // Which also takes away a byte order mark.
  const script = new Script(new TextDecoder().decode(file).replaceAll('\r\n', '\n'));
  script.read();
  return script.variables;
}
