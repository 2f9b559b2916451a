import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  Kind,
  type SelectionSetNode,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import {
  type ConstantText,
  type FieldText,
  Misfit,
  type ObjectText,
  type PageInfoField,
  type PageText,
  type PartText,
} from '../../kernel/answerText.js';
import type { Variables } from '../variables.js';
import { namesVariable } from './compilable.js';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const TYPE_NAME = '__typename';

export const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** The fields of an object in the order of its answer. Throws Misfit where some must be merged, or depend on something. */
export function fieldsOf(
  type: GraphQLObjectType,
  set: SelectionSetNode | undefined,
  fragments: Fragments,
): readonly FieldNode[] {
  const fields = new Map<string, FieldNode>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.directives?.length) throw new Misfit('a directive');
      if (selection.kind === Kind.FIELD) {
        const known = fields.get(keyOf(selection));
        if (known && (known.selectionSet ?? known.arguments?.length)) throw new Misfit('merged fields');
        if (!known) fields.set(keyOf(selection), selection);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      if (!fragment || (fragment.typeCondition && fragment.typeCondition.name.value !== type.name))
        throw new Misfit('a fragment on another type');
      collect(fragment.selectionSet);
    }
  };
  if (set) collect(set);
  return [...fields.values()];
}

/** The arguments of a field, worked out once where they are always the same. */
export function argumentsOf(type: GraphQLObjectType, node: FieldNode): (variables: Variables) => object {
  const field = type.getFields()[node.name.value];
  if (!field) throw new Misfit('no field');
  const read = (variables: Variables) => getArgumentValues(field, node, variables);
  if (namesVariable(node)) return read;
  const constant = read({});
  return () => constant;
}

const constantOf = (node: FieldNode, { name }: GraphQLObjectType): ConstantText | undefined =>
  node.name.value === TYPE_NAME ? { key: keyOf(node), constant: name } : undefined;

/** The form of a leaf, see `ValueText`; undefined where values within differ from those that travel. */
function formOf(type: GraphQLOutputType): string | string[] | undefined {
  const named = getNullableType(type);
  if (isScalarType(named)) return named.name;
  if (!isEnumType(named)) return undefined;
  const values = named.getValues();
  return values.every(({ name, value }) => name === value) ? values.map(({ name }) => name) : undefined;
}

function valuePlan(type: GraphQLObjectType, node: FieldNode): FieldText {
  const name = node.name.value;
  const field = type.getFields()[name];
  const form = field && !field.resolve && field.args.length === 0 ? formOf(field.type) : undefined;
  if (!field || form === undefined) throw new Misfit(`${name} is resolved`);
  return { key: keyOf(node), name, form, isNullable: !isNonNullType(field.type) };
}

/** What is always the same, a value, or what a resolver declares to be related. */
function fieldPlan(type: GraphQLObjectType, node: FieldNode, fragments: Fragments): FieldText {
  const constant = constantOf(node, type);
  if (constant) return constant;
  const field = type.getFields()[node.name.value];
  const related = field?.extensions['related'] as object | undefined;
  if (!field || !related) return valuePlan(type, node);
  const args = argumentsOf(type, node);
  const of = plan(field.type, node.selectionSet, fragments);
  return { key: keyOf(node), related, isNullable: !isNonNullType(field.type), args, of };
}

function pageInfoPlan(type: GraphQLObjectType, node: FieldNode, fragments: Fragments): PartText {
  const fields = fieldsOf(type, node.selectionSet, fragments);
  const pageInfo = fields.map(
    (field) => constantOf(field, type) ?? { key: keyOf(field), name: field.name.value as PageInfoField },
  );
  return { key: keyOf(node), pageInfo };
}

function pagePlan(
  type: GraphQLObjectType,
  set: SelectionSetNode | undefined,
  fragments: Fragments,
): PageText {
  let items: ObjectText | undefined;
  const parts = fieldsOf(type, set, fragments).map((node): PartText => {
    const key = keyOf(node);
    const named = getNamedType(type.getFields()[node.name.value]?.type);
    const constant = constantOf(node, type);
    if (constant) return constant;
    if (node.name.value === 'totalCount') return { key, part: 'totalCount' };
    if (!isObjectType(named)) throw new Misfit('a part that no page has');
    if (node.name.value === 'pageInfo') return pageInfoPlan(named, node, fragments);
    if (node.name.value !== 'nodes' || items) throw new Misfit('edges, or several lists');
    items = fieldsOf(named, node.selectionSet, fragments).map((each) => fieldPlan(named, each, fragments));
    return { key, part: 'nodes' };
  });
  if (!items) throw new Misfit('a page without its items');
  return { items, parts };
}

/** How the text of a page or of an object is made. Throws Misfit for what has none. */
export function plan(
  output: GraphQLOutputType,
  set: SelectionSetNode | undefined,
  fragments: Fragments,
): ObjectText | PageText {
  const type = getNullableType(output);
  if (isListType(type) || !isObjectType(type)) throw new Misfit('neither a page nor an object');
  if (type.name.endsWith('Connection')) return pagePlan(type, set, fragments);
  return fieldsOf(type, set, fragments).map((node) => fieldPlan(type, node, fragments));
}
