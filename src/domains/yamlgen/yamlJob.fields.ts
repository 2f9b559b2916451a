import { z } from 'zod';
import { text } from '../../kernel/validation.js';

const SITES = ['GZ', 'ZZ'];
const VERSIONS = ['22', '25', '26', '28', '35'];
const CEE_VERSION = /^(?:drop ?)?(\d{2})$/;
const MAX_NAME = 128;

/** What templates may be called; each at most once. */
export const TEMPLATES = ['hosts.yaml', 'networks.yaml', 'host_profile.yaml', 'interface_assignment.yaml'];

/** As it is shown: `drop28`. */
const spelt = (version: string): string => `drop${CEE_VERSION.exec(version)?.[1]}`;

/** As every door accepts them (003, chapter 2). */
export const YAML_FIELDS = {
  site: z
    .string()
    .refine((value) => SITES.includes(value), `must be one of ${SITES.join(', ')}`)
    .meta({ description: `Site: ${SITES.join(' or ')}`, example: 'GZ', pattern: `^(${SITES.join('|')})$` }),
  ceeVer: z
    .string()
    .refine(
      (value) => VERSIONS.includes(CEE_VERSION.exec(value)?.[1] ?? ''),
      `must be one of ${VERSIONS.map((version) => `drop${version}`).join(', ')}`,
    )
    .transform(spelt)
    .meta({
      description: `Version of CEE: ${VERSIONS.join(', ')}, with or without \`drop\` or \`drop \` before it`,
      example: 'drop28',
      pattern: `^(drop ?)?(${VERSIONS.join('|')})$`,
    }),
  pjtName: text(1, MAX_NAME).meta({
    description: `What the job is called, 1 to ${MAX_NAME} characters`,
    example: 'project_name',
  }),
};

/** Bytes of what is uploaded: the workbook, and each template. */
export const MOST_OF_WORKBOOK = 16_777_216;
export const MOST_OF_TEMPLATE = 1_048_576;
