import {
  type DocumentNode,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What is counted of an operation. */
export interface CountedOperation {
  operation: string;
  /** `OK`, or the code of its first failure. */
  code: string;
}

function firstField(document: DocumentNode, { selections: [first] }: SelectionSetNode): string {
  if (!first) return '';
  if (first.kind === Kind.FIELD) return first.name.value;
  if (first.kind === Kind.INLINE_FRAGMENT) return firstField(document, first.selectionSet);
  const fragment = document.definitions.find(
    (definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === first.name.value,
  );
  return fragment?.kind === Kind.FRAGMENT_DEFINITION ? firstField(document, fragment.selectionSet) : '';
}

/** What a valid operation is counted as: its type and its first field, since its name may be anything. */
export const countedAs = (document: DocumentNode, operation: OperationDefinitionNode): string =>
  `${operation.operation} ${firstField(document, operation.selectionSet)}`;

/** What is counted of what no operation was found in. */
export const NO_OPERATION = 'none';

/** Of the first of an operation's failures. */
export function codeOf(errors: readonly Pick<GraphQLFormattedError, 'extensions'>[] = []): string {
  if (errors.length === 0) return 'OK';
  const code = errors[0]?.extensions?.['code'];
  return typeof code === 'string' ? code : 'INTERNAL';
}
