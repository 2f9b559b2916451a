import {
  type DirectiveNode,
  type DocumentNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  getDirectiveValues,
  visit,
} from 'graphql';
import type { Variables } from '../variables.js';

const CONDITIONS: ReadonlySet<string> = new Set([GraphQLIncludeDirective.name, GraphQLSkipDirective.name]);

const isCondition = ({ name }: DirectiveNode): boolean => CONDITIONS.has(name.value);

/** The variables on which it depends what `@skip` and `@include` leave out of a document. */
export function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      for (const { value } of isCondition(directive) ? (directive.arguments ?? []) : [])
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function isLeftOut(node: SelectionNode, variables: Variables): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false
  );
}

/** What `@skip` and `@include` leave of the document, without them; all of it is new, since what is known of a field is kept by its node. */
export function prune(document: DocumentNode, variables: Variables): DocumentNode {
  const selection = {
    enter: (node: SelectionNode) => (isLeftOut(node, variables) ? null : undefined),
    leave: (node: SelectionNode) => ({
      ...node,
      directives: (node.directives ?? []).filter((directive) => !isCondition(directive)),
    }),
  };
  return visit(document, { Field: selection, InlineFragment: selection, FragmentSpread: selection });
}
