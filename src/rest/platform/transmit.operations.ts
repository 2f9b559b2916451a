import type { ErrorCode } from '../../kernel/errors.js';
import type { Method, RawOperation } from '../kit/endpoint.js';

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
const WITHOUT_BODY: ReadonlySet<Method> = new Set<Method>(['GET', 'HEAD', 'DELETE']);

const FAILURES: readonly ErrorCode[] = [
  'ROUTE_ID_REQUIRED',
  'NOT_FOUND',
  'ADDRESS_DENIED',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_CERTIFICATE',
  'UPSTREAM_PROTOCOL',
  'FORWARDING_LOOP',
];

const ANYTHING = { content: { '*/*': { schema: {} } } };
const ANSWER = "The platform's own answer: status, headers and body as it sent them";

/** 000, chapter 4: forwarding, which src/transmit serves. */
export const transmitOperations: RawOperation[] = METHODS.map((method, index) => ({
  raw: true,
  id: `transmit${method.charAt(0)}${method.slice(1).toLowerCase()}`,
  route: `${method} /{uri}`,
  tag: 'Forwarding',
  summary: `4.${index + 1} Forward a ${method} request`,
  description:
    'Everything below the prefix but `/v1/routes` is forwarded to the platform that `Plat-Route-Id` names: path and query byte for byte, headers without the hop-by-hop ones, bodies streamed both ways. ' +
    '`Authorization` and cookies belong to the platform. WebSocket upgrades are forwarded as well.',
  errors: FAILURES,
  parameters: [
    {
      name: 'uri',
      in: 'path',
      required: true,
      schema: { type: 'string', pattern: '^[!-~]*$' },
      description: 'Path and query at the platform; may hold slashes',
      example: 'api/model/evaluation/task/detail/04eddffb-1eff-4150-8ffa-8d6ee0a028a8',
    },
    {
      name: 'Plat-Route-Id',
      in: 'header',
      required: true,
      schema: { type: 'string', format: 'uuid' },
      description: 'Id of the platform',
      example: '04eddffb-1eff-4150-8ffa-8d6ee0a028a8',
    },
  ],
  ...(WITHOUT_BODY.has(method) ? {} : { requestBody: ANYTHING }),
  responses: {
    200: { description: ANSWER, ...(method === 'HEAD' ? {} : ANYTHING) },
    default: { description: ANSWER, ...(method === 'HEAD' ? {} : ANYTHING) },
  },
}));
