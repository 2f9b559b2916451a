import { GraphQLError, GraphQLScalarType } from 'graphql';
import { FormFile } from './forms.js';

const refuse = (): never => {
  throw new GraphQLError(
    'an Upload is a file of a form, as the GraphQL multipart request specification has it',
  );
};

export const UploadScalar = new GraphQLScalarType<FormFile, never>({
  name: 'Upload',
  description:
    'A file that comes with the request, which is a form then (multipart/form-data) by the GraphQL multipart request specification, with one of the headers Authorization, Apollo-Require-Preflight and X-Apollo-Operation-Name. A request has 8 files at most, of 16 MiB each and 24 MiB in all',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  parseValue: (value) => (value instanceof FormFile ? value : refuse()),
  parseLiteral: refuse,
  serialize: refuse,
});
