/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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
  /** A refresh token that was not used before */
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
  /** OpenAPI document (3.0 or 3.1, JSON or YAML, at most 8 MiB) that describes its operations; null removes it. For kind GENERIC alone. Credentials are then by the names of the document's security schemes: a text for an API key or a bearer token, `user` and `password` for HTTP basic */
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
  /** OpenAPI document (3.0 or 3.1, JSON or YAML, at most 8 MiB) that describes its operations; null removes it. For kind GENERIC alone. Credentials are then by the names of the document's security schemes: a text for an API key or a bearer token, `user` and `password` for HTTP basic */
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

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const PlatformFieldsFragmentDoc = new TypedDocumentString(`
    fragment PlatformFields on Platform {
  id
  name
  kind
  protocol
  host
  port
  description
  tlsCa
  tlsVerify
  region
  projectId
  hasCredentials
  createdAt
  updatedAt
}
    `, {"fragmentName":"PlatformFields"}) as unknown as TypedDocumentString<PlatformFieldsFragment, unknown>;
export const PlatformsDocument = new TypedDocumentString(`
    query Platforms($first: Int, $after: String, $last: Int, $before: String, $filter: PlatformFilter, $orderBy: [PlatformOrder!]) {
  platforms(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      id
      name
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<PlatformsQuery, PlatformsQueryVariables>;
export const PlatformByIdDocument = new TypedDocumentString(`
    query PlatformById($id: ID!) {
  platform(id: $id) {
    ...PlatformFields
  }
}
    fragment PlatformFields on Platform {
  id
  name
  kind
  protocol
  host
  port
  description
  tlsCa
  tlsVerify
  region
  projectId
  hasCredentials
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<PlatformByIdQuery, PlatformByIdQueryVariables>;
export const RegisterPlatformDocument = new TypedDocumentString(`
    mutation RegisterPlatform($input: RegisterPlatformInput!) {
  registerPlatform(input: $input) {
    platform {
      ...PlatformFields
    }
  }
}
    fragment PlatformFields on Platform {
  id
  name
  kind
  protocol
  host
  port
  description
  tlsCa
  tlsVerify
  region
  projectId
  hasCredentials
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<RegisterPlatformMutation, RegisterPlatformMutationVariables>;
export const UpdatePlatformDocument = new TypedDocumentString(`
    mutation UpdatePlatform($input: UpdatePlatformInput!) {
  updatePlatform(input: $input) {
    platform {
      ...PlatformFields
    }
  }
}
    fragment PlatformFields on Platform {
  id
  name
  kind
  protocol
  host
  port
  description
  tlsCa
  tlsVerify
  region
  projectId
  hasCredentials
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<UpdatePlatformMutation, UpdatePlatformMutationVariables>;
export const DeletePlatformDocument = new TypedDocumentString(`
    mutation DeletePlatform($input: DeletePlatformInput!) {
  deletePlatform(input: $input) {
    platform {
      ...PlatformFields
    }
  }
}
    fragment PlatformFields on Platform {
  id
  name
  kind
  protocol
  host
  port
  description
  tlsCa
  tlsVerify
  region
  projectId
  hasCredentials
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<DeletePlatformMutation, DeletePlatformMutationVariables>;
export const LogInDocument = new TypedDocumentString(`
    mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    accessToken
    expiresIn
    refreshToken
    user {
      id
      name
      role
    }
  }
}
    `) as unknown as TypedDocumentString<LogInMutation, LogInMutationVariables>;
export const RefreshSessionDocument = new TypedDocumentString(`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    accessToken
    expiresIn
    refreshToken
    user {
      name
    }
  }
}
    `) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const LogOutDocument = new TypedDocumentString(`
    mutation LogOut {
  logOut {
    loggedOut
  }
}
    `) as unknown as TypedDocumentString<LogOutMutation, LogOutMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    role
    status
    isSystemAdministrator
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const PlatformChangedDocument = new TypedDocumentString(`
    subscription PlatformChanged($id: ID) {
  platformChanged(id: $id) {
    id
    name
    change
    platform {
      name
      host
    }
  }
}
    `) as unknown as TypedDocumentString<PlatformChangedSubscription, PlatformChangedSubscriptionVariables>;