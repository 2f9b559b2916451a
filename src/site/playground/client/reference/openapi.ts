/** What the reference reads of OpenAPI documents; all of them are this server's own. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

export interface Operation {
  operationId?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
  security?: Record<string, string[]>[];
  'x-isthmus-group'?: string;
  'x-isthmus-field'?: string;
  'x-isthmus-read'?: boolean;
}

export interface SecurityScheme {
  type: string;
  in: string;
  name: string;
}

export interface Document {
  servers?: { url: string }[];
  security?: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, SecurityScheme> };
}

export const PLATFORM_HEADER = 'Plat-Route-Id';

const POINTER = '#/components/schemas/';

export function resolved(schema: Schema, { components }: Document): Schema {
  return schema.$ref?.startsWith(POINTER)
    ? (components?.schemas?.[schema.$ref.slice(POINTER.length)] ?? {})
    : schema;
}
