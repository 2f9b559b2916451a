import { z } from 'zod';
import { readYaml } from '../../kernel/yamlText.js';
import { ChartFault } from './chartArchive.js';

const MAX_NAME = 250;
const MAX_VERSION = 128;

const NAME = /^[A-Za-z0-9._-]+$/;
/** As Helm reads versions: SemVer 2, of which trailing numbers may be left out. */
const VERSION = /^v?[0-9]{1,19}(\.[0-9]{1,19}){0,2}(-[A-Za-z0-9.-]+)?(\+[A-Za-z0-9.-]+)?$/;

/** What Helm requires of a Chart.yaml. */
const Metadata = z.object({
  apiVersion: z.enum(['v1', 'v2'], 'must be v1 or v2'),
  name: z
    .string('must be a text')
    .max(MAX_NAME, `must have at most ${MAX_NAME} characters`)
    .regex(NAME, 'must have letters, digits, -, _ and . alone'),
  version: z
    .string('must be a text')
    .max(MAX_VERSION, `must have at most ${MAX_VERSION} characters`)
    .regex(VERSION, 'must be a semantic version such as 1.0.0'),
  type: z.literal('application', 'must be application, since a library cannot be installed').nullish(),
});

export type ChartMetadata = Pick<z.output<typeof Metadata>, 'apiVersion' | 'name' | 'version'>;

/** What a Chart.yaml says of its chart. Throws a ChartFault. */
export function readMetadata(text: string): ChartMetadata {
  const reading = readYaml(text);
  if ('fault' in reading) throw new ChartFault(`has a Chart.yaml that ${reading.fault}`);
  const { success, data, error } = Metadata.safeParse(reading.value);
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`);
    throw new ChartFault(`has a Chart.yaml in which ${faults.join(', ')}`);
  }
  const { apiVersion, name, version } = data;
  return { apiVersion, name, version };
}
