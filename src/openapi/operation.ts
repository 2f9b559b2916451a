/** A JSON Schema of 2020-12, in the words that OpenAPI 3.1 has; `$ref` is always `#/components/schemas/…` of its document. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
export type Method = (typeof METHODS)[number];

export const PLACES = ['path', 'query', 'header'] as const;
export type Place = (typeof PLACES)[number];

export type Style =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject';

export interface Parameter {
  name: string;
  /** What it is called among the arguments: its name, unless another argument has it. */
  argument: string;
  in: Place;
  required: boolean;
  schema: Schema;
  description: string;
  style: Style;
  explode: boolean;
  /** Whether reserved characters stand in the query as they are. */
  allowReserved: boolean;
  /** Whether it is sent as JSON text, whatever its style. */
  isJson: boolean;
}

export interface Body {
  required: boolean;
  mediaType: string;
  schema: Schema;
  description: string;
}

export interface Operation {
  /** `operationId`, else the method and the path. */
  id: string;
  method: Method;
  /** With the path of its server before it; `/v1/{project_id}/notebooks`. */
  path: string;
  summary: string;
  description: string;
  tags: readonly string[];
  parameters: readonly Parameter[];
  body: Body | null;
  /** Of the success answer in JSON; null where it is not described. */
  answer: Schema | null;
  /** Names of security schemes: all of one of these lists are needed. Empty where nothing is. */
  security: readonly (readonly string[])[];
  /** `x-…` */
  extensions: Readonly<Record<string, unknown>>;
}

export type SecurityScheme =
  | { kind: 'apiKey'; in: 'header' | 'query' | 'cookie'; name: string }
  | { kind: 'basic' }
  /** Of HTTP, OAuth 2 and OpenID Connect. */
  | { kind: 'bearer' }
  /** What no header or query of ours can do. */
  | { kind: 'other'; is: string };

export interface ApiDocument {
  title: string;
  version: string;
  operations: ReadonlyMap<string, Operation>;
  schemas: Readonly<Record<string, Schema>>;
  securitySchemes: Readonly<Record<string, SecurityScheme>>;
}
