import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { domainsOf, type Domain } from './domains.js';

/** A field that leads to another type of the map. */
export interface Link {
  name: string;
  /** The type that it leads to, through pages and payloads. */
  target: string;
}

export interface MapType {
  name: string;
  domain: Domain;
  links: Link[];
  /** Fields that hold values. */
  values: number;
}

export interface Graph {
  schema: GraphQLSchema;
  domains: Domain[];
  /** What is drawn; roots are in no domain and not among these. */
  types: Map<string, MapType>;
  roots: GraphQLObjectType[];
}

type Field = GraphQLField<unknown, unknown>;

/** What says nothing to a reader: Relay's and federation's means. */
const MEANS = new Set(['PageInfo', 'Node']);
const isMeans = ({ name }: GraphQLNamedType): boolean => name.startsWith('_') || MEANS.has(name);

const fieldsOf = (type: GraphQLNamedType): Field[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

const isComposite = (type: GraphQLNamedType): boolean => isObjectType(type) || isAbstractType(type);

/** The field by which a page or a payload holds what it is about; none where it has more to say. */
export function contentOf(type: GraphQLNamedType): Field | undefined {
  const fields = fieldsOf(type);
  if (type.name.endsWith('Connection')) return fields.find(({ name }) => name === 'nodes');
  if (!type.name.endsWith('Payload') || fields.length !== 1) return undefined;
  return fields.find((field) => isComposite(getNamedType(field.type)));
}

/** The type that a field is about. */
export function targetOf(field: Field): GraphQLNamedType {
  const type = getNamedType(field.type);
  const content = contentOf(type);
  return content ? getNamedType(content.type) : type;
}

function linksOf(type: GraphQLNamedType): Link[] {
  if (isUnionType(type)) return type.getTypes().map(({ name }) => ({ name, target: name }));
  return fieldsOf(type)
    .map((field) => ({ name: field.name, type: targetOf(field) }))
    .filter((link) => isComposite(link.type) && !isMeans(link.type))
    .map((link) => ({ name: link.name, target: link.type.name }));
}

const isDrawn = (type: GraphQLNamedType): boolean =>
  isComposite(type) && !isMeans(type) && !contentOf(type) && !type.name.endsWith('Edge');

/** Each type belongs to the domain from whose beginnings fewest links lead to it. */
function spread(links: ReadonlyMap<string, Link[]>): { domains: Domain[]; domainOf: Map<string, Domain> } {
  const begins = domainsOf([...links.keys()]);
  const domainOf = new Map<string, Domain>();
  for (const { domain, seeds } of begins) {
    for (const seed of seeds) if (links.has(seed)) domainOf.set(seed, domain);
  }
  // A map's entries that are added while it is walked are walked too.
  for (const [name, domain] of domainOf) {
    for (const { target } of links.get(name) ?? []) if (!domainOf.has(target)) domainOf.set(target, domain);
  }
  // Nothing leads to what only mutations answer, so that what it leads to decides.
  for (const [name, own] of links) {
    const known = own.map(({ target }) => domainOf.get(target)).find((domain) => domain !== undefined);
    const domain = domainOf.get(name) ?? known ?? begins[0]?.domain;
    if (domain) domainOf.set(name, domain);
  }
  return { domains: begins.map(({ domain }) => domain), domainOf };
}

/** What the map draws of a schema. */
export function graphOf(schema: GraphQLSchema): Graph {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (root) => root != null,
  );
  const drawn = Object.values(schema.getTypeMap()).filter(
    (type) => isDrawn(type) && !roots.some((root) => root === type),
  );
  const links = new Map(drawn.map((type) => [type.name, linksOf(type)]));
  const { domains, domainOf } = spread(links);
  const types = new Map<string, MapType>();
  for (const type of drawn) {
    const domain = domainOf.get(type.name);
    const own = links.get(type.name) ?? [];
    const values = fieldsOf(type).length - own.length;
    if (domain) types.set(type.name, { name: type.name, domain, links: own, values });
  }
  return { schema, domains, types, roots };
}

/** What is drawn of a domain: its types, and what the roots lead to of these. */
export function viewOf(graph: Graph, domain: Domain): MapType[] {
  const types = [...graph.types.values()].filter((type) => type.domain === domain);
  const inside = new Set(types.map(({ name }) => name));
  const roots = graph.roots.map((root) => {
    const links = linksOf(root).filter(({ target }) => inside.has(target));
    return { name: root.name, domain, links, values: 0 };
  });
  return [...roots.filter(({ links }) => links.length > 0), ...types];
}

/** The domain in which a type is found; that of the first type which it leads to where it has none. */
export function domainOfType(graph: Graph, name: string): Domain | undefined {
  const type = graph.types.get(name);
  if (type) return type.domain;
  const named = graph.schema.getType(name);
  const content = named && contentOf(named);
  return content && graph.types.get(getNamedType(content.type).name)?.domain;
}
