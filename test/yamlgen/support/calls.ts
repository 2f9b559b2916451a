import { GENERATION_LIMITS } from '../../../src/domains/yamlgen/generation.service.js';
import type { TestServer } from '../../support/server.js';
import { EXAMPLE, type File } from './workbooks.js';

const PATH = '/api/v1/config/yaml_gen';

/** For servers of tests, whose machine may be busy with others. */
export const PATIENT = { yamlLimits: { ...GENERATION_LIMITS, time: 60_000 } };

export interface Answer {
  status: number;
  body: { status: boolean; code: number; message?: string; data: unknown };
}

export interface Upload {
  workbook?: File | undefined;
  templates?: readonly File[];
  query?: string;
}

export const formOf = ({ workbook, templates = [] }: Upload): FormData => {
  const form = new FormData();
  const blob = ({ content }: File) =>
    new Blob([typeof content === 'string' ? content : new Uint8Array(content)]);
  if (workbook) form.append('excel', blob(workbook), workbook.name);
  for (const template of templates) form.append('yaml', blob(template), template.name);
  return form;
};

/** Calls of the chapter YamlGenerator. */
export function yamlGen(server: TestServer, token: () => string) {
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(server.url + PATH + path, {
      method,
      headers: {
        authorization: token(),
        ...(body && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const generate = async ({
    query = 'site=GZ&cee_ver=28&pjt_name=p',
    ...upload
  }: Upload = EXAMPLE): Promise<Answer> => call('POST', `?${query}`, formOf(upload));
  return {
    generate,
    /** Its id. */
    made: async (upload?: Upload): Promise<string> => {
      const { status, body } = await generate(upload);
      if (status !== 201) throw new Error(body.message);
      return (body.data as { id: string }).id;
    },
    history: async (query = '') =>
      (await call('GET', `/history${query}`)).body.data as Record<string, unknown>[],
    result: async (id: string) => call('GET', `/result?id=${id}`),
    remove: async (id: unknown) => call('DELETE', '/history', { id }),
  };
}
