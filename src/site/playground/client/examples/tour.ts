import type { Example } from './example.js';

const viewer = `# Who you are: null until you log in, with the form
# above or with the next tab. Ctrl-Enter runs it.
query Viewer {
  viewer {
    id
    name
    status
  }
}
`;

const logIn = `# Logs in, as a program does. The form above does it for
# all pages: it keeps and renews the tokens, too.
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    accessToken
    expiresIn
    refreshToken
    user {
      name
    }
  }
}
`;

const registerPlatform = `# Registers a platform: here the server that the
# README's tour starts. Any HTTP server will do.
mutation RegisterPlatform($input: RegisterPlatformInput!) {
  registerPlatform(input: $input) {
    platform {
      id
      name
    }
  }
}
`;

const platforms = `# The platforms, by name; with a word in the variables
# those alone whose name contains it. For the next page,
# pass the endCursor as "after".
query Platforms(
  $first: Int
  $after: String
  $filter: PlatformFilter
  $orderBy: [PlatformOrder!]
) {
  platforms(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      id
      name
      protocol
      host
      port
      kind
    }
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const transmit = `# Sends a request to a platform and shows the answer.
# Run RegisterPlatform or Platforms first: they fill in
# the platform's id.
mutation Transmit($input: TransmitInput!) {
  transmit(input: $input) {
    status
    headers
    body
  }
}
`;

const platformChanged = `# Listens for changes of the registry. Start it, then
# register a platform in a second window: the change
# appears here. The same button stops it.
subscription PlatformChanged {
  platformChanged {
    change
    id
    name
    platform {
      protocol
      host
      port
    }
  }
}
`;

/** The tabs that a new visitor finds, in the order of a first tour. */
export const TOUR: readonly Example[] = [
  { query: viewer },
  { query: logIn, variables: { input: { user: 'admin', password: '' } } },
  {
    query: registerPlatform,
    variables: {
      input: { name: 'files', protocol: 'HTTP', host: '127.0.0.1', port: 8081, description: 'From the tour' },
    },
  },
  {
    query: platforms,
    variables: {
      first: 10,
      filter: { name: { contains: '' } },
      orderBy: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
  {
    query: transmit,
    variables: { input: { platformId: '', method: 'GET', path: '/task.json' } },
    wants: { 'input.platformId': 'platform' },
  },
  { query: platformChanged },
];
