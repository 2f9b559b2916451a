import { useMutation, useQuery, useSubscription } from 'urql';
import { MEMORY, PLATFORMS, PLATFORM_CHANGED, REGISTER } from './documents.js';

/** The hooks take generated documents as they are, and know their variables and answers. */
export function PlatformList({ after }: { after?: string }) {
  const [{ data }] = useQuery({ query: PLATFORMS, variables: { first: 2, after } });
  const [, register] = useMutation(REGISTER);
  const [{ data: latest }] = useSubscription({ query: PLATFORM_CHANGED });
  return (
    <>
      <ul>
        {data?.platforms.edges.map(({ node }) => (
          <li key={node.id}>
            {node.name}:{node.port?.toFixed()}
          </li>
        ))}
      </ul>
      <p>{latest?.platformChanged.name}</p>
      <button
        onClick={() => void register({ input: { name: 'new', protocol: 'HTTP', host: 'example.org' } })}
      >
        register
      </button>
    </>
  );
}

/** What travels as a BigInt is a number, or digits where a number would lose some. */
export function Memory() {
  const [{ data }] = useQuery({ query: MEMORY, variables: { atLeast: '9007199254740993' } });
  const bytes: bigint[] = data?.clusterNodes.nodes.map(({ memory }) => BigInt(memory)) ?? [];
  return <p>{bytes.reduce((sum, each) => sum + each, 0n).toString()}</p>;
}

export function Wrong() {
  // @ts-expect-error: the variables are checked.
  useQuery({ query: PLATFORMS, variables: { first: 'two' } });
  return null;
}
