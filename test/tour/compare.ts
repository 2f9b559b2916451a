/** What differs by nature from one run to the next: as the README writes it, and as it may really be. */
const VARIABLES: readonly { written: string; real: (written: string) => string }[] = [
  // Any lines.
  { written: String.raw`^\.\.\.$`, real: () => String.raw`[\s\S]*?` },
  // An id, such as that of a platform.
  {
    written: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    real: () => '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  },
  // A token, of which the README shows the beginning: of a signed one that is always the same.
  {
    written: String.raw`eyJ[\w-]+…`,
    real: (written) => String.raw`${written.slice(0, -1)}[\w-]*\.[\w-]+\.[\w-]+`,
  },
  { written: String.raw`[\w-]+…`, real: () => String.raw`[\w-]{20,}` },
  { written: String.raw`(?<=password )\w{20}\b`, real: () => String.raw`\w{20}` },
  {
    written: String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`,
    real: () => String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`,
  },
  {
    written: String.raw`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`,
    real: () => String.raw`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`,
  },
  { written: String.raw`Python/[\d.]+`, real: () => String.raw`Python/[\d.]+` },
];
const WRITTEN = new RegExp(VARIABLES.map(({ written }) => `(${written})`).join('|'), 'gm');

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Compares what commands print with what the README shows, and knows what its ids, tokens and password really are. */
export class Comparison {
  readonly #real = new Map<string, string>();

  /** The README's text with what was really answered to earlier commands. */
  fill(text: string): string {
    let filled = text;
    for (const [written, real] of this.#real) filled = filled.replaceAll(written, real);
    return filled;
  }

  /** Whether `actual` is what the README shows; what differs by nature is remembered from it. */
  matches(shown: string, actual: string): boolean {
    const written: string[] = [];
    let pattern = '';
    let end = 0;
    for (const found of shown.matchAll(WRITTEN)) {
      const [text, ...groups] = found;
      const kind = VARIABLES[groups.findIndex((group) => group !== undefined)];
      if (!kind) continue;
      pattern += `${literally(shown.slice(end, found.index))}(${kind.real(text)})`;
      end = found.index + text.length;
      written.push(text);
    }
    const match = new RegExp(`^${pattern}${literally(shown.slice(end))}$`).exec(actual);
    if (!match) return false;
    for (const [index, text] of written.entries()) this.#real.set(text, match[index + 1] ?? '');
    return true;
  }
}
