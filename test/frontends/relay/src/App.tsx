import {
  graphql,
  useFragment,
  useLazyLoadQuery,
  useMutation,
  usePaginationFragment,
  useRefetchableFragment,
  useSubscription,
} from 'react-relay';
import type { AppChangedSubscription } from './gql/AppChangedSubscription.graphql';
import type { AppLogInMutation } from './gql/AppLogInMutation.graphql';
import type { AppNodeRefetchQuery } from './gql/AppNodeRefetchQuery.graphql';
import type { AppNode$key } from './gql/AppNode.graphql';
import type { AppPagesQuery } from './gql/AppPagesQuery.graphql';
import type { AppPages$key } from './gql/AppPages.graphql';
import type { AppQuery } from './gql/AppQuery.graphql';
import type { AppUser$key } from './gql/AppUser.graphql';

/** A user, a cluster and a node, whose ids may be alike: Relay's store tells them apart by `nodeId`. */
export function App() {
  const query = graphql`
    query AppQuery($first: Int!) {
      viewer {
        ...AppUser
      }
      clusters(first: 10) {
        nodes {
          id
          name
        }
      }
      clusterNodes(first: 10) {
        nodes {
          ...AppNode
        }
      }
      ...AppPages @arguments(first: $first)
    }
  `;
  const data = useLazyLoadQuery<AppQuery>(query, { first: 2 });
  return (
    <>
      {data.viewer && <User of={data.viewer} />}
      {data.clusterNodes.nodes.map((node, at) => (
        <Node key={at} of={node} />
      ))}
      <Pages of={data} />
      <Latest />
    </>
  );
}

function User({ of }: { of: AppUser$key }) {
  const user = useFragment(
    graphql`
      fragment AppUser on User {
        id
        name
        roleName
      }
    `,
    of,
  );
  return <p>{user.name}</p>;
}

function Node({ of }: { of: AppNode$key }) {
  const [node, refetch] = useRefetchableFragment<AppNodeRefetchQuery, AppNode$key>(
    graphql`
      fragment AppNode on ClusterNode @refetchable(queryName: "AppNodeRefetchQuery") {
        id
        name
        memory
      }
    `,
    of,
  );
  return <button onClick={() => refetch({})}>{node.name}</button>;
}

function Pages({ of }: { of: AppPages$key }) {
  const { data, loadNext } = usePaginationFragment<AppPagesQuery, AppPages$key>(
    graphql`
      fragment AppPages on Query
      @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" })
      @refetchable(queryName: "AppPagesQuery") {
        platforms(first: $first, after: $after, orderBy: [{ field: NAME, direction: ASC }])
          @connection(key: "AppPages_platforms") {
          edges {
            node {
              name
            }
          }
        }
      }
    `,
    of,
  );
  return <button onClick={() => loadNext(2)}>{data.platforms.edges.map(({ node }) => node.name)}</button>;
}

function Latest() {
  useSubscription<AppChangedSubscription>({
    subscription: graphql`
      subscription AppChangedSubscription {
        platformChanged {
          name
          change
        }
      }
    `,
    variables: {},
  });
  return null;
}

export function LogIn() {
  const [logIn] = useMutation<AppLogInMutation>(graphql`
    mutation AppLogInMutation($input: LogInInput!) {
      logIn(input: $input) {
        accessToken
        refreshToken
      }
    }
  `);
  return (
    <button onClick={() => logIn({ variables: { input: { user: 'u', password: 'p' } } })}>log in</button>
  );
}

export const OTHERS = [
  graphql`
    mutation AppRefreshMutation($input: RefreshSessionInput!) {
      refreshSession(input: $input) {
        accessToken
        refreshToken
      }
    }
  `,
  graphql`
    mutation AppRegisterMutation($input: RegisterPlatformInput!) {
      registerPlatform(input: $input) {
        platform {
          id
        }
      }
    }
  `,
  graphql`
    query AppGlimpseQuery($id: ID!) {
      viewer {
        name
      }
      platform(id: $id) {
        name
      }
    }
  `,
];
