/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Platforms(\n    $first: Int\n    $after: String\n    $last: Int\n    $before: String\n    $filter: PlatformFilter\n    $orderBy: [PlatformOrder!]\n  ) {\n    platforms(\n      first: $first\n      after: $after\n      last: $last\n      before: $before\n      filter: $filter\n      orderBy: $orderBy\n    ) {\n      nodes {\n        id\n        name\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n": typeof types.PlatformsDocument,
    "\n  query PlatformById($id: ID!) {\n    platform(id: $id) {\n      ...PlatformFields\n    }\n  }\n": typeof types.PlatformByIdDocument,
    "\n  fragment PlatformFields on Platform {\n    id\n    name\n    kind\n    protocol\n    host\n    port\n    description\n    tlsCa\n    tlsVerify\n    region\n    projectId\n    hasCredentials\n    createdAt\n    updatedAt\n  }\n": typeof types.PlatformFieldsFragmentDoc,
    "\n  mutation RegisterPlatform($input: RegisterPlatformInput!) {\n    registerPlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": typeof types.RegisterPlatformDocument,
    "\n  mutation UpdatePlatform($input: UpdatePlatformInput!) {\n    updatePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": typeof types.UpdatePlatformDocument,
    "\n  mutation DeletePlatform($input: DeletePlatformInput!) {\n    deletePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": typeof types.DeletePlatformDocument,
    "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        id\n        name\n        role\n      }\n    }\n  }\n": typeof types.LogInDocument,
    "\n  mutation RefreshSession($input: RefreshSessionInput!) {\n    refreshSession(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        name\n      }\n    }\n  }\n": typeof types.RefreshSessionDocument,
    "\n  mutation LogOut {\n    logOut {\n      loggedOut\n    }\n  }\n": typeof types.LogOutDocument,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      status\n      isSystemAdministrator\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  subscription PlatformChanged($id: ID) {\n    platformChanged(id: $id) {\n      id\n      name\n      change\n      platform {\n        name\n        host\n      }\n    }\n  }\n": typeof types.PlatformChangedDocument,
};
const documents: Documents = {
    "\n  query Platforms(\n    $first: Int\n    $after: String\n    $last: Int\n    $before: String\n    $filter: PlatformFilter\n    $orderBy: [PlatformOrder!]\n  ) {\n    platforms(\n      first: $first\n      after: $after\n      last: $last\n      before: $before\n      filter: $filter\n      orderBy: $orderBy\n    ) {\n      nodes {\n        id\n        name\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n": types.PlatformsDocument,
    "\n  query PlatformById($id: ID!) {\n    platform(id: $id) {\n      ...PlatformFields\n    }\n  }\n": types.PlatformByIdDocument,
    "\n  fragment PlatformFields on Platform {\n    id\n    name\n    kind\n    protocol\n    host\n    port\n    description\n    tlsCa\n    tlsVerify\n    region\n    projectId\n    hasCredentials\n    createdAt\n    updatedAt\n  }\n": types.PlatformFieldsFragmentDoc,
    "\n  mutation RegisterPlatform($input: RegisterPlatformInput!) {\n    registerPlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": types.RegisterPlatformDocument,
    "\n  mutation UpdatePlatform($input: UpdatePlatformInput!) {\n    updatePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": types.UpdatePlatformDocument,
    "\n  mutation DeletePlatform($input: DeletePlatformInput!) {\n    deletePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n": types.DeletePlatformDocument,
    "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        id\n        name\n        role\n      }\n    }\n  }\n": types.LogInDocument,
    "\n  mutation RefreshSession($input: RefreshSessionInput!) {\n    refreshSession(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        name\n      }\n    }\n  }\n": types.RefreshSessionDocument,
    "\n  mutation LogOut {\n    logOut {\n      loggedOut\n    }\n  }\n": types.LogOutDocument,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      status\n      isSystemAdministrator\n    }\n  }\n": types.ViewerDocument,
    "\n  subscription PlatformChanged($id: ID) {\n    platformChanged(id: $id) {\n      id\n      name\n      change\n      platform {\n        name\n        host\n      }\n    }\n  }\n": types.PlatformChangedDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Platforms(\n    $first: Int\n    $after: String\n    $last: Int\n    $before: String\n    $filter: PlatformFilter\n    $orderBy: [PlatformOrder!]\n  ) {\n    platforms(\n      first: $first\n      after: $after\n      last: $last\n      before: $before\n      filter: $filter\n      orderBy: $orderBy\n    ) {\n      nodes {\n        id\n        name\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Platforms(\n    $first: Int\n    $after: String\n    $last: Int\n    $before: String\n    $filter: PlatformFilter\n    $orderBy: [PlatformOrder!]\n  ) {\n    platforms(\n      first: $first\n      after: $after\n      last: $last\n      before: $before\n      filter: $filter\n      orderBy: $orderBy\n    ) {\n      nodes {\n        id\n        name\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PlatformById($id: ID!) {\n    platform(id: $id) {\n      ...PlatformFields\n    }\n  }\n"): (typeof documents)["\n  query PlatformById($id: ID!) {\n    platform(id: $id) {\n      ...PlatformFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PlatformFields on Platform {\n    id\n    name\n    kind\n    protocol\n    host\n    port\n    description\n    tlsCa\n    tlsVerify\n    region\n    projectId\n    hasCredentials\n    createdAt\n    updatedAt\n  }\n"): (typeof documents)["\n  fragment PlatformFields on Platform {\n    id\n    name\n    kind\n    protocol\n    host\n    port\n    description\n    tlsCa\n    tlsVerify\n    region\n    projectId\n    hasCredentials\n    createdAt\n    updatedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterPlatform($input: RegisterPlatformInput!) {\n    registerPlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RegisterPlatform($input: RegisterPlatformInput!) {\n    registerPlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdatePlatform($input: UpdatePlatformInput!) {\n    updatePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdatePlatform($input: UpdatePlatformInput!) {\n    updatePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeletePlatform($input: DeletePlatformInput!) {\n    deletePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeletePlatform($input: DeletePlatformInput!) {\n    deletePlatform(input: $input) {\n      platform {\n        ...PlatformFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        id\n        name\n        role\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        id\n        name\n        role\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RefreshSession($input: RefreshSessionInput!) {\n    refreshSession(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        name\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RefreshSession($input: RefreshSessionInput!) {\n    refreshSession(input: $input) {\n      accessToken\n      expiresIn\n      refreshToken\n      user {\n        name\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LogOut {\n    logOut {\n      loggedOut\n    }\n  }\n"): (typeof documents)["\n  mutation LogOut {\n    logOut {\n      loggedOut\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      status\n      isSystemAdministrator\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      status\n      isSystemAdministrator\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription PlatformChanged($id: ID) {\n    platformChanged(id: $id) {\n      id\n      name\n      change\n      platform {\n        name\n        host\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription PlatformChanged($id: ID) {\n    platformChanged(id: $id) {\n      id\n      name\n      change\n      platform {\n        name\n        host\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;