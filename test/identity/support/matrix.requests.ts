import { UNBUILT } from '../../../src/modules.js';
import { restSystems } from '../../../src/surfaces.js';
import { Contract, readDocument } from '../../support/contract.js';
import type { Scene } from './callers.js';
import { REST_MATRIX, type RestRow } from './matrix.rest.js';

export const systems = restSystems(UNBUILT, { ADMIN_AUTO_DEPLOY: false, SIGN_AUTO_APPROVE: false });

const contracts = {
  platform: new Contract(readDocument('platform')),
  ote: new Contract(readDocument('ote')),
  optimus: new Contract(readDocument('optimus')),
};

export interface Request {
  system: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: object | undefined;
}

/** What a row of the matrix asks for. */
export function requestOf(operation: string, { params, body }: RestRow, scene: Scene): Request {
  const [system = '', method = '', template = ''] = (operation.split(': ')[0] ?? '').split(' ');
  const values = params?.(scene) ?? {};
  const below = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
  const prefix = systems[system as keyof typeof systems].dialect.prefixes[0];
  const header = system === 'platform' ? 'x-access-token' : 'authorization';
  return {
    system,
    method,
    path: prefix + below,
    headers: scene.token === undefined ? {} : { [header]: scene.token },
    body: body?.(scene),
  };
}

/** Forwarded answers are the platform's own. */
export const isForwarded = (operation: string): boolean => operation.includes('{uri}');

/** The rows whose answers are ours. */
export const documentedRows = Object.entries(REST_MATRIX).filter(([operation]) => !isForwarded(operation));

/** What is in the answer that the system's document does not promise. */
export async function breachesIn({ system, method, path }: Request, answer: Response): Promise<string[]> {
  const { status, headers } = answer;
  const text = await answer.text();
  return contracts[system as keyof typeof systems].breachesIn({ method, path, status, headers, text });
}
