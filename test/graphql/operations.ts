import { graphql } from './generated/gql.js';

export const Platforms = graphql(`
  query Platforms(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: PlatformFilter
    $orderBy: [PlatformOrder!]
  ) {
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
`);

export const PlatformById = graphql(`
  query PlatformById($id: ID!) {
    platform(id: $id) {
      ...PlatformFields
    }
  }
`);

export const PlatformFields = graphql(`
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
`);

export const RegisterPlatform = graphql(`
  mutation RegisterPlatform($input: RegisterPlatformInput!) {
    registerPlatform(input: $input) {
      platform {
        ...PlatformFields
      }
    }
  }
`);

export const UpdatePlatform = graphql(`
  mutation UpdatePlatform($input: UpdatePlatformInput!) {
    updatePlatform(input: $input) {
      platform {
        ...PlatformFields
      }
    }
  }
`);

export const DeletePlatform = graphql(`
  mutation DeletePlatform($input: DeletePlatformInput!) {
    deletePlatform(input: $input) {
      platform {
        ...PlatformFields
      }
    }
  }
`);

export const LogIn = graphql(`
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
`);

export const RefreshSession = graphql(`
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
`);

export const LogOut = graphql(`
  mutation LogOut {
    logOut {
      loggedOut
    }
  }
`);

export const Viewer = graphql(`
  query Viewer {
    viewer {
      id
      name
      role
      status
      isSystemAdministrator
    }
  }
`);

export const PlatformChanged = graphql(`
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
`);
