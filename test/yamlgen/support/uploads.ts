import type { GraphQLAnswer } from '../../support/server.js';
import { EXAMPLE, type File } from './workbooks.js';

/** A request by the multipart request specification. */
export async function upload<T = Record<string, unknown>>(
  url: string,
  {
    document,
    variables,
    files,
    token,
  }: {
    document: string;
    variables: object;
    /** By where they stand in the variables. */
    files: Record<string, File>;
    /** Without one, a header that browsers do not send by themselves. */
    token?: string | undefined;
  },
): Promise<GraphQLAnswer<T>> {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: document, variables }));
  const places = Object.keys(files).map((path, at) => [String(at), [`variables.${path}`]]);
  form.append('map', JSON.stringify(Object.fromEntries(places)));
  for (const [at, { name, content }] of Object.values(files).entries())
    form.append(
      String(at),
      new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
      name,
    );
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      ...(token === undefined
        ? { 'apollo-require-preflight': 'true' }
        : { authorization: `Bearer ${token}` }),
    },
    body: form,
  });
  const { data, errors = [] } = (await response.json()) as Partial<GraphQLAnswer<T>>;
  return { status: response.status, data, errors };
}

const GENERATE = `mutation ($input: GenerateYamlInput!) { generateYaml(input: $input) {
  yamlJob { id site ceeVersion projectName status fileNames size content business { id } }
  files { name text } unusedColumns { sheet column } missingValues { sheet row column } missingCount } }`;

export interface Generated {
  yamlJob: Record<string, unknown> | null;
  files: { name: string; text: string }[];
  unusedColumns: object[];
  missingValues: object[];
  missingCount: number;
}

export const generate = async (
  url: string,
  token: string,
  {
    workbook = EXAMPLE.workbook,
    templates = EXAMPLE.templates,
    ...input
  }: { workbook?: File; templates?: readonly File[]; dryRun?: boolean; site?: string } = {},
): Promise<GraphQLAnswer<{ generateYaml: Generated }>> =>
  upload(url, {
    document: GENERATE,
    variables: {
      input: {
        site: 'ZZ',
        ceeVer: '35',
        pjtName: 'south',
        excel: null,
        yaml: templates.map(() => null),
        ...input,
      },
    },
    files: {
      'input.excel': workbook,
      ...Object.fromEntries(templates.map((template, at) => [`input.yaml.${at}`, template])),
    },
    token,
  });
