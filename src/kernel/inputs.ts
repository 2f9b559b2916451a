import { type ClassType, Field, Float, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';

/** What JSON Schema says of a value. */
interface Property {
  type?: string | string[];
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  anyOf?: Property[];
  items?: Property;
}

const ID_FORMAT = 'id';
const TYPES: Readonly<Record<string, object>> = {
  string: String,
  boolean: Boolean,
  integer: Int,
  number: Float,
};

/** The key of an object, which the graph has as `ID`. */
export const key = (description: string) => z.string().meta({ format: ID_FORMAT, description });

/** What the value may be, where it may be one thing or another. */
function alternativesOf({ type, anyOf, ...rest }: Property): Property[] | undefined {
  return Array.isArray(type) ? type.map((each) => ({ ...rest, type: each })) : anyOf;
}

function typeOf(property: Property): object {
  const { type = '', format, items } = property;
  const [only, ...others] = alternativesOf(property)?.filter((each) => each.type !== 'null') ?? [];
  if (only && others.length === 0) return typeOf(only);
  if (type === 'array' && items) return [typeOf(items)];
  const found = format === ID_FORMAT ? ID : TYPES[String(type)];
  if (!found || property.enum) throw new Error(`the graph needs a type for ${JSON.stringify(property)}`);
  return found;
}

const mayBeNull = (property: Property): boolean =>
  alternativesOf(property)?.some(({ type }) => type === 'null') ?? false;

/**
 * The input type that a schema checks, with the schema's descriptions. `types` names those of the graph that JSON Schema
 * has no word for, such as enums.
 */
export function inputOf<S extends z.ZodObject>(
  name: string,
  description: string,
  schema: S,
  types: { [K in keyof z.input<S>]?: object } = {},
): ClassType<z.input<S>> {
  class Input {
    [field: string]: unknown;
  }
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, Property>;
    required?: string[];
  };
  for (const [field, property] of Object.entries(properties)) {
    const type = types[field as keyof z.input<S>] ?? typeOf(property);
    const { description: text = '', default: defaultValue } = property;
    const isOptional = !required?.includes(field) && defaultValue === undefined;
    const nullable = isOptional || mayBeNull(property);
    Field(() => type as ClassType, { description: text, defaultValue, nullable })(Input.prototype, field);
  }
  InputType(name, { description })(Input);
  return Input as ClassType<z.input<S>>;
}
