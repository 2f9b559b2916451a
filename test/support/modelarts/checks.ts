import {
  type CatalogueOperation,
  type Field,
  type Shape,
  allowedBy,
  answerMembers,
  bodyMembers,
  fieldsOf,
  shapeOf,
} from './catalogue.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (kind: string, value: unknown): boolean =>
  kind === 'integer' ? Number.isInteger(value) : typeof value === kind;

function valueFaults(shape: Shape, field: Field, value: unknown, at: string): string[] {
  if (shape.kind === 'anything') return [];
  if (shape.kind === 'object') return memberFaults(fieldsOf(shape.name), value, at);
  if (shape.kind === 'array') {
    if (!Array.isArray(value)) return [`${at} is no array`];
    return value.flatMap((item, index) => valueFaults(shape.of, field, item, `${at}[${index}]`));
  }
  if (shape.kind === 'map') {
    if (!isObject(value)) return [`${at} is no object`];
    return Object.entries(value).flatMap(([key, item]) => valueFaults(shape.of, field, item, `${at}.${key}`));
  }
  if (!isScalar(shape.kind, value)) return [`${at} is no ${shape.kind}`];
  const allowed = shape.kind === 'string' ? allowedBy(field) : undefined;
  return allowed === undefined || allowed.includes(String(value))
    ? []
    : [`${at} is none of ${allowed.join(', ')}`];
}

/** What in an object is not as its fields have it: unknown, missing, of another type, or no allowed value. */
export function memberFaults(members: Readonly<Record<string, Field>>, value: unknown, at: string): string[] {
  if (!isObject(value)) return [`${at} is no object`];
  // A type of which no field is known may have any.
  const isOpen = Object.keys(members).length === 0;
  const unknown = isOpen ? [] : Object.keys(value).filter((name) => !Object.hasOwn(members, name));
  return [
    ...unknown.map((name) => `${at}.${name} is unknown`),
    ...Object.entries(members).flatMap(([name, field]) => {
      if (!Object.hasOwn(value, name)) return field.required === true ? [`${at}.${name} is missing`] : [];
      return valueFaults(shapeOf(field.type), field, value[name], `${at}.${name}`);
    }),
  ];
}

const TEXTS: Record<string, RegExp> = {
  integer: /^-?\d+$/,
  number: /^-?\d+(\.\d+)?$/,
  boolean: /^(true|false)$/,
};

export function queryFaults({ query }: CatalogueOperation, sent: URLSearchParams): string[] {
  const unknown = [...new Set(sent.keys())].filter((name) => !query.some((field) => field.name === name));
  return [
    ...unknown.map((name) => `query.${name} is unknown`),
    ...query.flatMap((field) => {
      const texts = sent.getAll(field.name);
      const at = `query.${field.name}`;
      if (texts.length === 0) return field.required === true ? [`${at} is missing`] : [];
      if (field.type === 'array') return [];
      if (texts.length > 1) return [`${at} is there ${texts.length} times`];
      const [text = ''] = texts;
      if (TEXTS[field.type]?.test(text) === false) return [`${at} is no ${field.type}`];
      const allowed = allowedBy(field);
      return allowed && !allowed.includes(text) ? [`${at} is none of ${allowed.join(', ')}`] : [];
    }),
  ];
}

const bodyIsNeeded = (operation: CatalogueOperation): boolean =>
  operation.body.some(({ required }) => required === true);

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

export function bodyFaults(operation: CatalogueOperation, text: string, mediaType: string): string[] {
  if (text === '') return bodyIsNeeded(operation) ? ['body is missing'] : [];
  if (operation.body.length === 0) return ['body is not for this operation'];
  const wanted = operation.contentType ?? 'application/json';
  if (mediaType.split(';')[0]?.trim().toLowerCase() !== wanted) return [`body is no ${wanted}`];
  const body = parsed(text);
  if (body === undefined) return ['body is no JSON'];
  const members = bodyMembers(operation);
  if (members) return memberFaults(members, body.value, 'body');
  const [items = { type: 'array' }] = operation.body;
  return valueFaults(shapeOf(items.type), items, body.value, 'body');
}

/** Whether an answer is what the catalogue says of it. */
export function answerFaults(operation: CatalogueOperation, body: unknown): string[] {
  const members = answerMembers(operation);
  if (Object.keys(members).length === 0) return body === null ? [] : ['answer is not for this operation'];
  return memberFaults(members, body, 'answer');
}
