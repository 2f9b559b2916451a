/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Conditions on a truth value */
export type BooleanFilter = {
  /** This value */
  eq?: boolean | null | undefined;
};

/** Conditions on a time; all of them must hold */
export type DateTimeFilter = {
  /** Equal */
  eq?: string | null | undefined;
  /** Greater or later */
  gt?: string | null | undefined;
  /** Greater or later, or equal */
  gte?: string | null | undefined;
  /** One of these */
  in?: Array<string> | null | undefined;
  /** Less or earlier */
  lt?: string | null | undefined;
  /** Less or earlier, or equal */
  lte?: string | null | undefined;
};

/** The platform to delete */
export type DeletePlatformInput = {
  /** The platform to delete */
  id: string | number;
};

/** Conditions on a key; all of them must hold */
export type IdFilter = {
  /** This key */
  eq?: string | number | null | undefined;
  /** One of these keys */
  in?: Array<string | number> | null | undefined;
};

/** Who logs in */
export type LogInInput = {
  /** Password */
  password: string;
  /** User name */
  user: string;
};

/** What happened to a platform */
export type PlatformChange =
  /** It is gone */
  | 'DELETED'
  /** It is new */
  | 'REGISTERED'
  /** It was changed */
  | 'UPDATED';

/** Which platforms; all conditions must hold */
export type PlatformFilter = {
  /** All of these */
  and?: Array<PlatformFilter> | null | undefined;
  /** By when it was made */
  createdAt?: DateTimeFilter | null | undefined;
  /** By description */
  description?: StringFilter | null | undefined;
  /** By address */
  host?: StringFilter | null | undefined;
  /** By key */
  id?: IdFilter | null | undefined;
  /** By kind */
  kind?: PlatformKindFilter | null | undefined;
  /** By name */
  name?: StringFilter | null | undefined;
  /** Not this */
  not?: PlatformFilter | null | undefined;
  /** At least one of these */
  or?: Array<PlatformFilter> | null | undefined;
  /** By protocol */
  protocol?: PlatformProtocolFilter | null | undefined;
  /** By whether the certificate is checked */
  tlsVerify?: BooleanFilter | null | undefined;
  /** By when it was last changed */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** What a platform is */
export type PlatformKind =
  /** Any HTTP API; requests are forwarded as they are */
  | 'GENERIC'
  /** Huawei's ModelArts; its operations are fields of the graph */
  | 'MODELARTS';

/** Conditions on a PlatformKind; all of them must hold */
export type PlatformKindFilter = {
  /** This value */
  eq?: PlatformKind | null | undefined;
  /** One of these values */
  in?: Array<PlatformKind> | null | undefined;
};

/** One criterion of the order of a list of Platform */
export type PlatformOrder = {
  /** Which way */
  direction?: SortDirection;
  /** What to order by */
  field: PlatformOrderField;
};

/** What a list of platforms can be ordered by */
export type PlatformOrderField =
  /** When it was made */
  | 'CREATED_AT'
  /** Address */
  | 'HOST'
  /** Kind */
  | 'KIND'
  /** Name */
  | 'NAME'
  /** Protocol */
  | 'PROTOCOL'
  /** When it was last changed */
  | 'UPDATED_AT';

/** How a platform is spoken to */
export type PlatformProtocol =
  /** Plain HTTP */
  | 'HTTP'
  /** HTTP over TLS */
  | 'HTTPS';

/** Conditions on a PlatformProtocol; all of them must hold */
export type PlatformProtocolFilter = {
  /** This value */
  eq?: PlatformProtocol | null | undefined;
  /** One of these values */
  in?: Array<PlatformProtocol> | null | undefined;
};

/** The session to go on with */
export type RefreshSessionInput = {
  /** A refresh token that was not used before, or within 10 seconds by the same client */
  refreshToken: string;
};

/** A new platform */
export type RegisterPlatformInput = {
  /** Credentials for the platform, encrypted at rest and never shown; null removes them. For kind MODELARTS `accessKey`, `secretKey` and perhaps `securityToken`, or a user of IAM: `domain`, `user`, `password` and perhaps `iamEndpoint`. Stored ones must be given again with another address or CA, and when the check of the certificate is switched off */
  credentials?: Record<string, unknown> | null | undefined;
  /** What it is for */
  description?: string | null | undefined;
  /** IPv4 address, IPv6 address (with or without brackets) or host name */
  host: string;
  /** What the platform is */
  kind?: PlatformKind;
  /** Name, 1 to 64 characters; need not be unique */
  name: string;
  /** OpenAPI document (3.0 or 3.1, in JSON of at most 8 MiB or YAML of at most 2 MiB) that describes its operations; null removes it. For kind GENERIC alone. Credentials are then by the names of the document's security schemes: a text for an API key or a bearer token, `user` and `password` for HTTP basic */
  openapi?: string | null | undefined;
  /** The same as a file; null removes it */
  openapiFile?: Blob | null | undefined;
  /** Port; null is the protocol's own */
  port?: number | null | undefined;
  /** Project of Huawei Cloud that its operations are about, which they need; for kind MODELARTS alone */
  projectId?: string | null | undefined;
  /** How it is spoken to */
  protocol: PlatformProtocol;
  /** Region of Huawei Cloud that it is in; for kind MODELARTS alone */
  region?: string | null | undefined;
  /** Certificates (PEM) that vouch for the platform's; null is the system's own list */
  tlsCa?: string | null | undefined;
  /** Whether the platform's certificate is checked; true unless switched off on purpose */
  tlsVerify?: boolean | null | undefined;
};

/** Which way a list is ordered */
export type SortDirection =
  /** Smallest first */
  | 'ASC'
  /** Largest first */
  | 'DESC';

/** Conditions on a text; all of them must hold */
export type StringFilter = {
  /** Has this text anywhere, upper and lower case alike */
  contains?: string | null | undefined;
  /** Exactly this text */
  eq?: string | null | undefined;
  /** One of these texts */
  in?: Array<string> | null | undefined;
  /** Starts with this text, upper and lower case alike */
  startsWith?: string | null | undefined;
};

/** Changes of a platform; what is left out stays */
export type UpdatePlatformInput = {
  /** Credentials for the platform, encrypted at rest and never shown; null removes them. For kind MODELARTS `accessKey`, `secretKey` and perhaps `securityToken`, or a user of IAM: `domain`, `user`, `password` and perhaps `iamEndpoint`. Stored ones must be given again with another address or CA, and when the check of the certificate is switched off */
  credentials?: Record<string, unknown> | null | undefined;
  /** What it is for */
  description?: string | null | undefined;
  /** IPv4 address, IPv6 address (with or without brackets) or host name */
  host?: string | null | undefined;
  /** The platform to change */
  id: string | number;
  /** Name, 1 to 64 characters; need not be unique */
  name?: string | null | undefined;
  /** OpenAPI document (3.0 or 3.1, in JSON of at most 8 MiB or YAML of at most 2 MiB) that describes its operations; null removes it. For kind GENERIC alone. Credentials are then by the names of the document's security schemes: a text for an API key or a bearer token, `user` and `password` for HTTP basic */
  openapi?: string | null | undefined;
  /** The same as a file; null removes it */
  openapiFile?: Blob | null | undefined;
  /** Port; null is the protocol's own */
  port?: number | null | undefined;
  /** Project of Huawei Cloud that its operations are about, which they need; for kind MODELARTS alone */
  projectId?: string | null | undefined;
  /** How it is spoken to */
  protocol?: PlatformProtocol | null | undefined;
  /** Region of Huawei Cloud that it is in; for kind MODELARTS alone */
  region?: string | null | undefined;
  /** Certificates (PEM) that vouch for the platform's; null is the system's own list */
  tlsCa?: string | null | undefined;
  /** Whether the platform's certificate is checked; true unless switched off on purpose */
  tlsVerify?: boolean | null | undefined;
};

/** Where a user's registration stands */
export type UserStatus =
  /** May work */
  | 'APPROVED'
  /** Turned down; cannot log in */
  | 'DISAPPROVED'
  /** Locked; cannot log in */
  | 'FORBIDDEN'
  /** Waits for approval; may only read its own authorization information */
  | 'PENDING';

export type PlatformsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: PlatformFilter | null | undefined;
  orderBy?: Array<PlatformOrder> | PlatformOrder | null | undefined;
}>;


export type PlatformsQuery = { platforms: { nodes: Array<{ id: string, name: string }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type PlatformByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type PlatformByIdQuery = { platform: { id: string, name: string, kind: PlatformKind, protocol: PlatformProtocol, host: string, port: number | null, description: string, tlsCa: string | null, tlsVerify: boolean, region: string | null, projectId: string | null, hasCredentials: boolean, createdAt: string, updatedAt: string } | null };

export type PlatformFieldsFragment = { id: string, name: string, kind: PlatformKind, protocol: PlatformProtocol, host: string, port: number | null, description: string, tlsCa: string | null, tlsVerify: boolean, region: string | null, projectId: string | null, hasCredentials: boolean, createdAt: string, updatedAt: string };

export type RegisterPlatformMutationVariables = Exact<{
  input: RegisterPlatformInput;
}>;


export type RegisterPlatformMutation = { registerPlatform: { platform: { id: string, name: string, kind: PlatformKind, protocol: PlatformProtocol, host: string, port: number | null, description: string, tlsCa: string | null, tlsVerify: boolean, region: string | null, projectId: string | null, hasCredentials: boolean, createdAt: string, updatedAt: string } } };

export type UpdatePlatformMutationVariables = Exact<{
  input: UpdatePlatformInput;
}>;


export type UpdatePlatformMutation = { updatePlatform: { platform: { id: string, name: string, kind: PlatformKind, protocol: PlatformProtocol, host: string, port: number | null, description: string, tlsCa: string | null, tlsVerify: boolean, region: string | null, projectId: string | null, hasCredentials: boolean, createdAt: string, updatedAt: string } } };

export type DeletePlatformMutationVariables = Exact<{
  input: DeletePlatformInput;
}>;


export type DeletePlatformMutation = { deletePlatform: { platform: { id: string, name: string, kind: PlatformKind, protocol: PlatformProtocol, host: string, port: number | null, description: string, tlsCa: string | null, tlsVerify: boolean, region: string | null, projectId: string | null, hasCredentials: boolean, createdAt: string, updatedAt: string } } };

export type LogInMutationVariables = Exact<{
  input: LogInInput;
}>;


export type LogInMutation = { logIn: { accessToken: string, expiresIn: number, refreshToken: string, user: { id: string, name: string, role: number } } };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession: { accessToken: string, expiresIn: number, refreshToken: string, user: { name: string } } };

export type LogOutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogOutMutation = { logOut: { loggedOut: boolean } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, name: string, role: number, status: UserStatus, isSystemAdministrator: boolean } | null };

export type PlatformChangedSubscriptionVariables = Exact<{
  id?: string | number | null | undefined;
}>;


export type PlatformChangedSubscription = { platformChanged: { id: string, name: string, change: PlatformChange, platform: { name: string, host: string } | null } };

export const PlatformFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlatformFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Platform"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tlsCa"}},{"kind":"Field","name":{"kind":"Name","value":"tlsVerify"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"projectId"}},{"kind":"Field","name":{"kind":"Name","value":"hasCredentials"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<PlatformFieldsFragment, unknown>;
export const PlatformsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Platforms"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"PlatformFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PlatformOrder"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platforms"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<PlatformsQuery, PlatformsQueryVariables>;
export const PlatformByIdDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PlatformById"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlatformFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlatformFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Platform"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tlsCa"}},{"kind":"Field","name":{"kind":"Name","value":"tlsVerify"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"projectId"}},{"kind":"Field","name":{"kind":"Name","value":"hasCredentials"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<PlatformByIdQuery, PlatformByIdQueryVariables>;
export const RegisterPlatformDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterPlatform"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegisterPlatformInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registerPlatform"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlatformFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlatformFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Platform"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tlsCa"}},{"kind":"Field","name":{"kind":"Name","value":"tlsVerify"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"projectId"}},{"kind":"Field","name":{"kind":"Name","value":"hasCredentials"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<RegisterPlatformMutation, RegisterPlatformMutationVariables>;
export const UpdatePlatformDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdatePlatform"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdatePlatformInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updatePlatform"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlatformFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlatformFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Platform"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tlsCa"}},{"kind":"Field","name":{"kind":"Name","value":"tlsVerify"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"projectId"}},{"kind":"Field","name":{"kind":"Name","value":"hasCredentials"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<UpdatePlatformMutation, UpdatePlatformMutationVariables>;
export const DeletePlatformDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeletePlatform"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeletePlatformInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletePlatform"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlatformFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlatformFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Platform"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tlsCa"}},{"kind":"Field","name":{"kind":"Name","value":"tlsVerify"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"projectId"}},{"kind":"Field","name":{"kind":"Name","value":"hasCredentials"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<DeletePlatformMutation, DeletePlatformMutationVariables>;
export const LogInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"LogIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"LogInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"logIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"expiresIn"}},{"kind":"Field","name":{"kind":"Name","value":"refreshToken"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}}]}}]}}]} as unknown as DocumentNode<LogInMutation, LogInMutationVariables>;
export const RefreshSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefreshSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RefreshSessionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"expiresIn"}},{"kind":"Field","name":{"kind":"Name","value":"refreshToken"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const LogOutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"LogOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"logOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"loggedOut"}}]}}]}}]} as unknown as DocumentNode<LogOutMutation, LogOutMutationVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isSystemAdministrator"}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const PlatformChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PlatformChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platformChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"platform"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"host"}}]}}]}}]}}]} as unknown as DocumentNode<PlatformChangedSubscription, PlatformChangedSubscriptionVariables>;