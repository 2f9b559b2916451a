import { type DocumentNode, Kind, OperationTypeNode, type SelectionSetNode, parse } from 'graphql';
import { badInput } from '../kernel/errors.js';

const CONDITIONS = new Set(['skip', 'include']);

type Fragments = ReadonlyMap<string, SelectionSetNode>;

function isConditional(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  seen = new Set<string>(),
): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value)) === true) return true;
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return isConditional(selection.selectionSet, fragments, seen);
    const fragment = seen.has(selection.name.value) ? undefined : fragments.get(selection.name.value);
    seen.add(selection.name.value);
    return fragment !== undefined && isConditional(fragment, fragments, seen);
  });
}

/**
 * BAD_INPUT where the field of a subscription is skipped or included, which GraphQL of September 2025 forbids (5.2.4.1):
 * graphql-js 16 throws where a variable decides, and where no field is left.
 */
export function checkSubscriptionRoots({ definitions }: DocumentNode): void {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);
  }
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (definition.operation !== OperationTypeNode.SUBSCRIPTION) continue;
    if (!isConditional(definition.selectionSet, fragments)) continue;
    const message =
      'the field of a subscription is neither skipped nor included; subscribe only when it is wanted';
    throw badInput([{ path: 'query', message }]);
  }
}

/** The same of a text; what cannot be parsed is told of by whoever parses it next. */
export function checkSubscriptionText(text: string, maxTokens: number): void {
  if (!text.includes('subscription') || !text.includes('@')) return;
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens, noLocation: true });
  } catch {
    return;
  }
  checkSubscriptionRoots(document);
}
