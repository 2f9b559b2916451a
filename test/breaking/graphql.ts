import { type DocumentNode, Kind, findBreakingChanges, buildASTSchema, parse, print } from 'graphql';

/** By which fields other subgraphs may name an entity. */
function keysOf(document: DocumentNode): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const found = (node.directives ?? []).filter(({ name }) => name.value === 'key');
    keys.set(node.name.value, [...(keys.get(node.name.value) ?? []), ...found.map(print)]);
  }
  return keys;
}

/** What a client, or a graph that is composed of it, relies on in `before` and `after` takes away, one line each. */
export function graphqlBreaks(before: string, after: string): string[] {
  const documents = [parse(before), parse(after)] as const;
  const [old, now] = documents.map((document) => buildASTSchema(document, { assumeValidSDL: true }));
  if (!old || !now) return [];
  const keysNow = keysOf(documents[1]);
  const lostKeys = [...keysOf(documents[0])].flatMap(([type, keys]) =>
    keys.filter((key) => !keysNow.get(type)?.includes(key)).map((key) => `${type} ${key} was removed.`),
  );
  return [...findBreakingChanges(old, now).map(({ description }) => description), ...lostKeys];
}
