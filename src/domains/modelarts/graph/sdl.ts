import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../../../kernel/context.js';

/** One type's fields by their names. */
export type Resolvers = Record<string, GraphQLFieldResolver<never, RequestContext, never>>;

/** An argument, or a field of an input, in SDL. */
export interface SdlArgument {
  name: string;
  type: string;
  description: string;
}

export interface SdlField extends SdlArgument {
  arguments?: readonly SdlArgument[];
  /** Left out where the property of that name is it. */
  resolve?: Resolvers[string];
}

/** JSON's strings are GraphQL's, too. */
const described = (description: string, definition: string): string =>
  `${JSON.stringify(description)}\n${definition}`;

const argument = ({ name, type, description }: SdlArgument): string =>
  described(description, `${name}: ${type}`);

function field({ name, type, description, arguments: given = [] }: SdlField): string {
  const inner = given.length > 0 ? `(${given.map(argument).join('\n')})` : '';
  return described(description, `${name}${inner}: ${type}`);
}

/** The definition of an object type. */
export const objectType = (name: string, description: string, fields: readonly SdlField[]): string =>
  described(description, `type ${name} {\n${fields.map(field).join('\n')}\n}`);

/** More fields of a type that is defined elsewhere. */
export const extension = (name: string, fields: readonly SdlField[]): string =>
  `extend type ${name} {\n${fields.map(field).join('\n')}\n}`;

export const inputType = (name: string, description: string, fields: readonly SdlArgument[]): string =>
  described(description, `input ${name} {\n${fields.map(argument).join('\n')}\n}`);

export const enumType = (
  name: string,
  description: string,
  values: readonly { name: string; description: string }[],
): string => {
  const lines = values.map((value) => described(value.description, value.name));
  return described(description, `enum ${name} {\n${lines.join('\n')}\n}`);
};

export const resolversOf = (fields: readonly SdlField[]): Resolvers =>
  Object.fromEntries(fields.flatMap(({ name, resolve }) => (resolve ? [[name, resolve]] : [])));
