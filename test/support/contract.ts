import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';

interface Operation {
  operationId: string;
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, unknown> }>;
}

export interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** As it is committed. */
export function readDocument(system: string): Document {
  const file = new URL(`../../schema/openapi/${system}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Document;
}

export interface Answer {
  method: string;
  /** With the prefix of the system, or below it. */
  path: string;
  status: number;
  headers: Headers;
  text: string;
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** What an OpenAPI document promises of answers. */
export class Contract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #paths: [template: string, pattern: RegExp][];
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: Document) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'document');
    const templates = Object.keys(document.paths);
    // A fixed path goes before one with a parameter in the same place.
    this.#paths = templates
      .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
      .map((template) => [template, new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`)]);
  }

  /** The template of the path; undefined when the document does not know it. */
  #templateOf(path: string): string | undefined {
    const bare = path.replace(/\?.*$/s, '');
    const below = this.document.servers
      .map(({ url }) => url.replace(/\/$/, ''))
      .filter((prefix) => bare.startsWith(`${prefix}/`))
      .map((prefix) => bare.slice(prefix.length));
    for (const candidate of [...below, bare]) {
      const found = this.#paths.find(([, pattern]) => pattern.test(candidate));
      if (found) return found[0];
    }
    return undefined;
  }

  #validator(template: string, method: string, status: string): ValidateFunction {
    const pointer = `document#/paths/${escaped(template)}/${method}/responses/${status}/content/application~1json/schema`;
    const known = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: pointer });
    this.#compiled.set(pointer, known);
    return known;
  }

  /** What is in the answer, its status, headers or body, that the document does not promise; nothing when all is. */
  breachesIn({ method, path, status, headers, text }: Answer): string[] {
    const template = this.#templateOf(path) ?? '';
    const operation = this.document.paths[template]?.[method.toLowerCase()];
    const response = operation?.responses[status];
    if (!operation || !response) return [`${method} ${path} cannot answer ${status}: ${text}`];
    const missing = Object.keys(response.headers ?? {}).filter((name) => !headers.has(name));
    const validate = this.#validator(template, method.toLowerCase(), String(status));
    validate(JSON.parse(text));
    const wrong = validate.errors?.map(
      ({ instancePath, message }) => `${instancePath} ${message} in ${text}`,
    );
    return [...missing.map((name) => `no ${name}`), ...(wrong ?? [])];
  }
}
