import { graphql } from './gql/gql.js';

export const LOG_IN = graphql(`
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
      accessToken
      refreshToken
    }
  }
`);

export const REFRESH = graphql(`
  mutation Refresh($input: RefreshSessionInput!) {
    refreshSession(input: $input) {
      accessToken
      refreshToken
    }
  }
`);

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      id
      name
      roleName
    }
  }
`);

export const PLATFORMS = graphql(`
  query Platforms($first: Int!, $after: String) {
    platforms(first: $first, after: $after, orderBy: [{ field: NAME, direction: ASC }]) {
      edges {
        cursor
        node {
          id
          name
          port
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The viewer, and a platform that may be none of the viewer's business. */
export const GLIMPSE = graphql(`
  query Glimpse($id: ID!) {
    viewer {
      id
      name
    }
    platform(id: $id) {
      id
      name
    }
  }
`);

export const MEMORY = graphql(`
  query Memory($atLeast: BigInt) {
    clusterNodes(first: 100, filter: { memory: { gte: $atLeast } }) {
      nodes {
        id
        memory
      }
    }
  }
`);

export const REGISTER = graphql(`
  mutation Register($input: RegisterPlatformInput!) {
    registerPlatform(input: $input) {
      platform {
        id
        name
      }
    }
  }
`);

export const PLATFORM_CHANGED = graphql(`
  subscription PlatformChanged {
    platformChanged {
      id
      name
      change
    }
  }
`);
