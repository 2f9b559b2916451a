import { zipSync } from 'fflate';
import { Budget } from './budget.js';
import { Place } from './fault.js';
import { valueOf } from './values.js';
import { MOST_MISSING, type MissingValue, Rendering } from './rendering.js';
import { Tables } from './rows.js';
import { parseTemplate } from './template.js';
import { requireYaml } from './validYaml.js';
import { readWorkbook } from './workbook.js';

/** Of compression: most of what there is to gain, in a third of the time. */
const LEVEL = 3;
/** Of the time, for templates: the rest is for reading and packing what comes of them. */
const SHARE_OF_TEMPLATES = 0.85;

export interface Uploaded {
  name: string;
  content: Uint8Array;
  /** Where it stands in the input. */
  path: string;
}

export interface GenerationInput {
  workbook: Uploaded;
  templates: readonly Uploaded[];
  /** Beside the sheets: `site` and the like. */
  variables: Readonly<Record<string, string>>;
  /** Milliseconds after which the thread is ended. */
  time: number;
  /** Shared: the number of the file that is worked on, the workbook first, which is told where the thread is ended. */
  at: Int32Array<SharedArrayBuffer>;
}

export interface GeneratedFile {
  name: string;
  text: string;
}

export interface Generation {
  files: GeneratedFile[];
  /** The files in one. */
  zip: Uint8Array;
  /** Columns that no template reads. */
  unusedColumns: { sheet: string; column: string }[];
  /** Cells that are printed and have no value, the first of them. */
  missingValues: MissingValue[];
  /** How many there are. */
  missingCount: number;
}

const placeOf = ({ name, path }: Uploaded): Place => new Place(path, name);

function textOf(template: Uploaded): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(template.content);
  } catch {
    throw placeOf(template).fault('it is not UTF-8');
  }
}

// The functions of a worker thread.

export async function generate({
  workbook,
  templates,
  variables,
  time,
  at,
}: GenerationInput): Promise<Generation> {
  const end = performance.now() + time * SHARE_OF_TEMPLATES;
  // What is wrong with a template is told before the workbook is looked at, which takes longer.
  const parsed = templates.map((template, index) => {
    at[0] = index + 1;
    return { template, program: parseTemplate(textOf(template), placeOf(template)) };
  });
  at[0] = 0;
  const tables = new Tables(await readWorkbook(Buffer.from(workbook.content), placeOf(workbook)));
  const given = Object.entries(variables).map(([name, value]) => [name, valueOf(value)] as const);
  const scope = new Map([...tables.variables, ...given, ['sheets', tables.all] as const]);
  const missingValues: MissingValue[] = [];
  let missingCount = 0;
  const budget = new Budget(end);
  const files = parsed.map(({ template, program }, index) => {
    at[0] = index + 1;
    const place = placeOf(template);
    const rendering = new Rendering(scope, place, budget);
    const text = rendering.render(program);
    requireYaml(text, place);
    missingValues.push(...rendering.missing.slice(0, MOST_MISSING - missingValues.length));
    missingCount += rendering.missingCount;
    return { name: template.name, text };
  });
  return {
    files,
    zip: zipOf(files),
    unusedColumns: tables.unused,
    missingValues,
    missingCount,
  };
}

/** In the order of the files. */
function zipOf(files: readonly GeneratedFile[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ name, text }) => [name, Buffer.from(text)])), {
    level: LEVEL,
  });
}
