import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** What an operation wants of each item of a list; always the same object at one place of one document. */
export interface Selection {
  /** Names of fields, perhaps more than are answered; without it all of them. */
  readonly fields?: ReadonlySet<string>;
}

type Fragments = GraphQLResolveInfo['fragments'];

/** The selected fields, those of fragments too. Directives may leave out some of them. */
function* fieldsOf(selections: SelectionSetNode | undefined, fragments: Fragments): Generator<FieldNode> {
  for (const selection of selections?.selections ?? []) {
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet, fragments);
    else yield* fieldsOf(fragments[selection.name.value]?.selectionSet, fragments);
  }
}

/** Of a connection: what is selected below `nodes` and below `edges { node }`. */
function itemFields(field: FieldNode, fragments: Fragments): Set<string> {
  const below = (nodes: FieldNode[], name: string) =>
    nodes
      .flatMap(({ selectionSet }) => [...fieldsOf(selectionSet, fragments)])
      .filter((node) => node.name.value === name);
  const items = [...below([field], 'nodes'), ...below(below([field], 'edges'), 'node')];
  const wanted = items.flatMap(({ selectionSet }) => [...fieldsOf(selectionSet, fragments)]);
  return new Set(wanted.map(({ name }) => name.value));
}

const selections = new WeakMap<FieldNode, Selection>();
const repeated = new WeakMap<FieldNode, Selection>();

/** What the operation wants of the items of the connection that is being resolved. */
export function selectionOf({ fieldNodes, fragments }: GraphQLResolveInfo): Selection {
  const [field, ...others] = fieldNodes;
  if (!field) return {};
  // A document that repeats a field need not repeat it wherever its first place is used.
  const known = others.length > 0 ? repeated : selections;
  const selection = known.get(field) ?? (others.length > 0 ? {} : { fields: itemFields(field, fragments) });
  known.set(field, selection);
  return selection;
}
