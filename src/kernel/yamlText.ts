import { isMap, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';

/** What a text says, or why it says nothing. */
export type Reading = { value: unknown } | { fault: string };

/** The keys of a mapping that are there before, which the library looks for in quadratic time. */
function repeatedKey({ items }: YAMLMap) {
  const known = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (known.has(key.value)) return key;
    known.add(key.value);
  }
  return undefined;
}

/**
 * Reads YAML in linear time. It runs in a thread where the text is large, so that it imports nothing of ours. What is
 * wrong is told by its line, never by what stands there. `mostAliases`: each counted with those within what it means.
 */
export function readYaml(text: string, mostAliases = 0): Reading {
  const lineCounter = new LineCounter();
  const faultAt = (offset = 0) => ({ fault: `is no valid YAML: line ${lineCounter.linePos(offset).line}` });
  try {
    const document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: 'error',
      uniqueKeys: false,
    });
    const [error] = document.errors;
    if (error) return faultAt(error.pos[0]);
    let repeated: ReturnType<typeof repeatedKey>;
    visit(document, {
      Collection: (_key, node) => {
        if (isMap(node)) repeated ??= repeatedKey(node);
        return repeated && visit.BREAK;
      },
    });
    if (repeated) return faultAt(repeated.range?.[0]);
    // Aliases can make a small text a huge value, and few tools write them.
    return { value: document.toJS({ maxAliasCount: mostAliases }) as unknown };
  } catch (error) {
    if (error instanceof ReferenceError)
      return { fault: `must not use ${mostAliases > 0 ? 'so many ' : ''}YAML aliases` };
    if (error instanceof RangeError) return { fault: 'is nested too deeply' };
    throw error;
  }
}
