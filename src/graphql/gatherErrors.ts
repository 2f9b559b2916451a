import type { GraphQLFormattedError } from 'graphql';

/** Errors of one kind from which on one stands for all. */
const MANY = 10;

/** What is left of a message without the names that it quotes. */
const kindOf = ({ message }: GraphQLFormattedError): string => message.replaceAll(/"[^"]*"/g, '""');

/**
 * A document that is wrong throughout has a hundred errors, most of one kind. Of ten and more of a kind the first is
 * told, with their number in its message and in `extensions.count`.
 */
export function gatherErrors(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const isOfDocument = ({ extensions }: GraphQLFormattedError) =>
    extensions?.['code'] === 'GRAPHQL_VALIDATION_FAILED';
  const kinds = Map.groupBy(errors.filter(isOfDocument), kindOf);
  return errors.flatMap((error) => {
    const all = isOfDocument(error) ? kinds.get(kindOf(error)) : undefined;
    if (!all || all.length < MANY) return [error];
    if (error !== all[0]) return [];
    const message = `${error.message} (the first of ${all.length} errors of this kind)`;
    return [{ ...error, message, extensions: { ...error.extensions, count: all.length } }];
  });
}
