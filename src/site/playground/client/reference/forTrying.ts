import { PLATFORM_HEADER, type Document, type Operation, type Parameter } from './openapi.js';

/** The format by which the plugin knows a field that a platform is chosen in. */
export const PLATFORM_FORMAT = 'platform';

const BODILESS = new Set(['get', 'head']);
const NO_BODY =
  '\n\nIts documents let it have a body as well, which browsers do not send: query parameters do the same.';

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a reader might send, told instead of filled in: an optional parameter would filter before anybody asked. */
function unfilled(parameter: Parameter): Parameter {
  const { example = parameter.schema?.example, schema = {}, ...rest } = parameter;
  const { example: _example, examples: _examples, default: fallback, ...bare } = schema;
  const hints = [
    ...(fallback === undefined ? [] : [`${shown(fallback)} when left out`]),
    ...(example === undefined ? [] : [`for example ${shown(example)}`]),
  ];
  const description = [rest.description, ...hints].filter((text) => text).join('; ');
  return { ...rest, ...(description === '' ? {} : { description }), schema: bare };
}

const PLATFORM: Parameter = {
  name: PLATFORM_HEADER,
  in: 'header',
  required: true,
  description: 'The platform',
  schema: { type: 'string', format: PLATFORM_FORMAT },
};

function parameterForTrying(parameter: Parameter): Parameter {
  if (parameter.name === PLATFORM_HEADER) return PLATFORM;
  return parameter.required ? parameter : unfilled(parameter);
}

function operationForTrying(method: string, operation: Operation, namesPlatform: boolean): Operation {
  const parameters = (operation.parameters ?? []).map(parameterForTrying);
  if (namesPlatform) parameters.unshift(PLATFORM);
  const { requestBody, ...rest } = operation;
  if (!requestBody) return { ...rest, parameters };
  if (!BODILESS.has(method)) return { ...rest, parameters, requestBody };
  return { ...rest, parameters, description: (rest.description ?? '') + NO_BODY };
}

/** A document as it is tried out: with nothing filled in that is optional, and a platform to choose instead of a key. */
export function forTrying(document: Document): Document {
  const schemes = Object.entries(document.components?.securitySchemes ?? {});
  const platforms = new Set(schemes.filter(([, { name }]) => name === PLATFORM_HEADER).map(([key]) => key));
  const security = document.security?.map((needed) =>
    Object.fromEntries(Object.entries(needed).filter(([key]) => !platforms.has(key))),
  );
  const pathForTrying = (item: Record<string, Operation>): Record<string, Operation> =>
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => [
        method,
        operationForTrying(method, operation, platforms.size > 0),
      ]),
    );
  const paths = Object.entries(document.paths).map(([path, item]) => [path, pathForTrying(item)] as const);
  return {
    ...document,
    ...(security ? { security } : {}),
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      securitySchemes: Object.fromEntries(schemes.filter(([key]) => !platforms.has(key))),
    },
  };
}
