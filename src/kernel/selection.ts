import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { AskedText } from './answerText.js';

/** What an operation wants of an object or of each item of a list; always the same object at one place of one document. */
export interface Selection {
  /** Names of fields and what is wanted of these, perhaps more than is answered; without it all of them. */
  readonly fields?: ReadonlyMap<string, Selection>;
  /** The same for equal selections. */
  readonly key: string;
  /** Under how many names anything of it is wanted at most; once unless it says otherwise. */
  readonly most?: number;
  /** Instead of fields: what is wanted is a text. */
  readonly text?: AskedText;
}

export const EVERYTHING: Selection = { key: '' };

/** These fields and nothing below them. */
export function selectionOfFields(names: readonly string[]): Selection {
  return { fields: new Map(names.map((name) => [name, EVERYTHING])), key: names.join() };
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

const below = (nodes: readonly FieldNode[], fragments: Fragments) =>
  nodes.flatMap(({ selectionSet }) => [...fieldsOf(selectionSet, fragments)]);

/** How often the answer has the field that the nodes select. */
const namesOf = (nodes: readonly FieldNode[]): number =>
  new Set(nodes.map(({ alias, name }) => (alias ?? name).value)).size;

function selectionBelow(nodes: readonly FieldNode[], fragments: Fragments): Selection {
  const byName = Map.groupBy(below(nodes, fragments), ({ name }) => name.value);
  const fields = [...byName].map(([name, found]) => [name, selectionBelow(found, fragments)] as const);
  const key = fields.map(([name, selection]) => name + selection.key).toSorted();
  const most = fields.map(([name, selection]) => namesOf(byName.get(name) ?? []) * (selection.most ?? 1));
  return { fields: new Map(fields), key: `{${key.join()}}`, most: Math.max(1, ...most) };
}

/** Of a connection: what is selected below `nodes` and below `edges { node }`. */
function itemSelection(fields: readonly FieldNode[], fragments: Fragments): Selection {
  const named = (nodes: readonly FieldNode[], name: string) =>
    below(nodes, fragments).filter((node) => node.name.value === name);
  return selectionBelow([...named(fields, 'nodes'), ...named(named(fields, 'edges'), 'node')], fragments);
}

/** `asked` tells of those who execute without the document. */
export type Place = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'> & { asked?: Selection };

type Reader = (fields: readonly FieldNode[], fragments: Fragments) => Selection;

function remembered(read: Reader): (place: Place) => Selection {
  const selections = new WeakMap<FieldNode, Selection>();
  const repeated = new WeakMap<FieldNode, Selection>();
  return ({ asked, fieldNodes, fragments }) => {
    if (asked) return asked;
    const [field, ...others] = fieldNodes;
    if (!field) return EVERYTHING;
    // A document that repeats a field need not repeat it wherever its first place is used.
    const known = others.length > 0 ? repeated : selections;
    const selection = known.get(field) ?? (others.length > 0 ? { ...EVERYTHING } : read([field], fragments));
    known.set(field, selection);
    return selection;
  };
}

/** Nothing more than what is selected, also where a document repeats a field, which is then read for each execution. */
function exactly(read: Reader): (place: Place) => Selection {
  const single = remembered(read);
  const repeated = new WeakMap<readonly FieldNode[], Selection>();
  return (place) => {
    const { fieldNodes, fragments } = place;
    if (fieldNodes.length === 1) return single(place);
    const selection = repeated.get(fieldNodes) ?? read(fieldNodes, fragments);
    repeated.set(fieldNodes, selection);
    return selection;
  };
}

/** What the operation wants of the items of the connection that is being resolved. */
export const itemSelectionOf = remembered(itemSelection);

/** What the operation wants of the object that is being resolved. */
export const selectionOf = remembered(selectionBelow);

/** Exactly that, never all fields, which do not end where objects hold each other. */
export const exactItemSelectionOf = exactly(itemSelection);

export const exactSelectionOf = exactly(selectionBelow);
