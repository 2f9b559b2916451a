const SPACE = /[ \t]/;
/** What means something to a shell outside of quotes: operators, expansions, patterns, comments. */
const SPECIAL = /[|&;<>()$`*?[\]#~{}!\n\r]/;
/** What means something to it within double quotes. */
const SPECIAL_QUOTED = /[$`!]/;
/** What a backslash within double quotes takes its meaning from; before anything else it stands for itself. */
const ESCAPABLE = /["\\$`]/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Words that are no programs, but mean something to a shell. */
const BUILT_IN = new Set(['.', ':', 'cd', 'command', 'eval', 'exec', 'export', 'set', 'ulimit', 'umask']);

/**
 * The words of a command line as POSIX (2.2, Quoting) has them; null where only a shell can tell, and for what no shell
 * would understand. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function wordsOf(line: string): string[] | null {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote === "'" && character !== "'") {
      word = `${word}${character}`;
    } else if (character === quote) {
      quote = '';
    } else if (character === '\\') {
      if (next === '' || next === '\n') return null;
      word = `${word ?? ''}${quote === '"' && !ESCAPABLE.test(next) ? character : ''}${next}`;
      index += 1;
    } else if (quote === '"') {
      if (SPECIAL_QUOTED.test(character)) return null;
      word = `${word}${character}`;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (SPECIAL.test(character)) {
      return null;
    } else if (SPACE.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${character}`;
    }
  }
  if (word !== undefined) words.push(word);
  return quote === '' && !ASSIGNMENT.test(line.trimStart()) ? words : null;
}

/**
 * What a container runs for a command line. An image need not have a shell, so plain words are started as they are; what
 * asks for one, such as a pipe or a variable, is given to it.
 */
export function commandOf(line: string): string[] {
  const words = wordsOf(line);
  const isPlain = words !== null && !BUILT_IN.has(words[0] ?? '');
  return isPlain ? words : ['/bin/sh', '-c', line];
}

/** The text as Kubernetes leaves it, which else puts variables for `$(NAME)`, and one `$` for two. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');
