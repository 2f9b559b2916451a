import { availableParallelism } from 'node:os';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import { tenantKeyOf } from '../../kernel/tenantKey.js';
import { Threads, type ThreadLimits } from '../../kernel/threads.js';
import { parse } from '../../kernel/validation.js';
import type * as generation from './generate/generation.js';
import type { Generation } from './generate/generation.js';
import type { YamlJob } from './yamlJob.entity.js';
import { MOST_OF_TEMPLATE, MOST_OF_WORKBOOK, TEMPLATES } from './yamlJob.fields.js';
import { NewGeneration } from './yamlJob.inputs.js';
import type { YamlJobService } from './yamlJob.service.js';

/** A file as it came. */
export interface GivenFile {
  name: string;
  content: Buffer;
}

export interface GivenFiles {
  workbook: GivenFile;
  templates: readonly GivenFile[];
  /** Where they stand in the input. */
  paths: { workbook: string; templates: string };
}

/** One core is left to everything else. */
export const GENERATION_LIMITS: ThreadLimits = {
  what: 'the files',
  memory: 128,
  time: 9000,
  atOnce: Math.max(1, Math.min(2, availableParallelism() - 1)),
  waiting: 6,
  ofOne: 4,
};

/** Of a file's name in messages. */
const MOST_NAME = 80;

const named = ({ name, content }: GivenFile, path: string) => ({
  name: name.slice(0, MOST_NAME).toWellFormed(),
  content,
  path,
});

function requireTemplates({ templates, paths }: GivenFiles): void {
  const path = paths.templates;
  if (templates.length === 0) throw badInput([{ path, message: 'at least one template is required' }]);
  const names = templates.map(({ name }) => name);
  const unknown = names.find((name) => !TEMPLATES.includes(name));
  if (unknown !== undefined) {
    const told = JSON.stringify(unknown.slice(0, MOST_NAME).toWellFormed());
    throw badInput([{ path, message: `${told} is none of ${TEMPLATES.join(', ')}` }]);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badInput([{ path, message: `${twice} is there more than once` }]);
}

function requireSizes({ workbook, templates }: GivenFiles): void {
  if (workbook.content.length > MOST_OF_WORKBOOK)
    throw new DomainError('TOO_LARGE', `the workbook is larger than ${MOST_OF_WORKBOOK} bytes`);
  const large = templates.find(({ content }) => content.length > MOST_OF_TEMPLATE);
  if (large) throw new DomainError('TOO_LARGE', `${large.name} is larger than ${MOST_OF_TEMPLATE} bytes`);
}

/** Makes YAML of templates and a workbook. */
export class GenerationService {
  readonly #threads: Threads<typeof generation>;

  constructor(
    private readonly jobs: YamlJobService,
    private readonly limits: ThreadLimits = GENERATION_LIMITS,
  ) {
    this.#threads = new Threads(new URL('./generate/generation', import.meta.url), limits);
  }

  /** What would come of it; nothing is stored. BAD_INPUT names the file, and where in it something is wrong. */
  async preview(
    ctx: RequestContext,
    input: NewGeneration,
    files: GivenFiles,
    root: readonly string[] = [],
  ): Promise<Generation> {
    const { site, ceeVer, pjtName } = parse(NewGeneration, input, root);
    requireTemplates(files);
    requireSizes(files);
    const workbook = named(files.workbook, files.paths.workbook);
    const templates = files.templates.map((template) => named(template, files.paths.templates));
    const variables = { site, cee_version: ceeVer, project_name: pjtName };
    const at = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const given = { workbook, templates, variables, time: this.limits.time, at };
    const owner = tenantKeyOf(requirePrincipal(ctx));
    try {
      return await this.#threads.run(owner, 'generate', given, { signal: ctx.signal });
    } catch (error) {
      const isEnded = error instanceof DomainError && error.code === 'BAD_INPUT' && !error.details.fields;
      const file = [workbook, ...templates][at[0] ?? 0];
      if (!isEnded || !file) throw error;
      throw badInput([{ path: file.path, message: `${file.name}: ${error.message}` }]);
    }
  }

  /** The same, kept as a job. */
  async generate(
    ctx: RequestContext,
    input: NewGeneration,
    files: GivenFiles,
    root: readonly string[] = [],
  ): Promise<{ job: YamlJob; generation: Generation }> {
    const { site, ceeVer: ceeVersion, pjtName: projectName } = parse(NewGeneration, input, root);
    const made = await this.preview(ctx, input, files, root);
    const fileNames = made.files.map(({ name }) => name);
    const content = Buffer.from(made.zip);
    const job = await this.jobs.create(ctx, { site, ceeVersion, projectName, fileNames }, content);
    return { job, generation: made };
  }
}
