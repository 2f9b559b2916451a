import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLInputType,
} from 'graphql';
import { addressOfType } from './address.js';
import { targetOf, type Graph } from './graphModel.js';
import { operationOfField, operationOfType } from './operation.js';
import { operationLink } from './operationLink.js';

/** A type as it is written in the schema, as a link where there is more to read. */
function TypeName({ type }: { type: GraphQLOutputType | GraphQLInputType }) {
  const named = getNamedType(type);
  const text = String(type);
  return isSpecifiedScalarType(named) ? <code>{text}</code> : <a href={addressOfType(named.name)}>{text}</a>;
}

function Arguments({ of }: { of: readonly GraphQLArgument[] }) {
  if (of.length === 0) return null;
  return (
    <ul className="arguments">
      {of.map((argument) => (
        <li key={argument.name}>
          {argument.name}: <TypeName type={argument.type} />
        </li>
      ))}
    </ul>
  );
}

interface Row {
  name: string;
  description?: string | null | undefined;
  type?: GraphQLOutputType | GraphQLInputType;
  args?: readonly GraphQLArgument[];
  /** Where it is run. */
  run?: string | undefined;
}

function rowsOf(type: GraphQLNamedType, { roots }: Graph): Row[] {
  if (isEnumType(type)) return [...type.getValues()];
  if (isInputObjectType(type)) return Object.values(type.getFields());
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const root = roots.find((other) => other === type);
  return Object.values(type.getFields())
    .filter(({ name }) => !name.startsWith('_'))
    .map((field) => ({ ...field, run: root && operationLink(operationOfField(root, field)) }));
}

function Rows({ of }: { of: readonly Row[] }) {
  return (
    <dl>
      {of.map(({ name, type, args = [], description, run }) => (
        <div key={name}>
          <dt>
            {run ? (
              <a href={run} title="Open in the Playground">
                {name}
              </a>
            ) : (
              <span>{name}</span>
            )}
            {type && (
              <>
                : <TypeName type={type} />
              </>
            )}
          </dt>
          <dd>
            {description}
            <Arguments of={args} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The fields of the roots that are about a type, ready to run. */
function Operations({ graph, type }: { graph: Graph; type: GraphQLNamedType }) {
  return graph.roots.map((root) => {
    const fields = Object.values(root.getFields()).filter((field) => targetOf(field) === type);
    if (fields.length === 0) return null;
    return (
      <p key={root.name} className="operations">
        <strong>{root.name}</strong>{' '}
        {fields.map((field) => (
          <a key={field.name} href={operationLink(operationOfField(root, field))}>
            {field.name}
          </a>
        ))}
      </p>
    );
  });
}

/** What the schema says of a type, and the ways to the Playground. */
export function Details({ graph, name, close }: { graph: Graph; name: string; close: string }) {
  const type = graph.schema.getType(name);
  const operation = operationOfType(graph, name);
  return (
    <aside className="details" aria-label={`About ${name}`}>
      <header>
        <h2 tabIndex={-1}>{name}</h2>
        <a className="close" href={close} aria-label="Close">
          ×
        </a>
      </header>
      {type ? (
        <>
          {operation && (
            <a className="action" href={operationLink(operation)}>
              Query it in the Playground
            </a>
          )}
          <p>{type.description}</p>
          <Operations graph={graph} type={type} />
          <Rows of={rowsOf(type, graph)} />
        </>
      ) : (
        <p>The graph has no such type.</p>
      )}
    </aside>
  );
}
