import { generate } from '@graphql-codegen/cli';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');

interface CodegenConfig {
  generates: Record<string, object>;
}

/** Runs a program in the folder of a frontend; throws what it said when it fails. */
export async function run(
  frontend: string,
  file: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<void> {
  const cwd = join(import.meta.dirname, frontend);
  const env = { ...process.env, ...environment };
  try {
    await promisify(execFile)(process.execPath, [join(cwd, file), ...args], { cwd, env });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${frontend}: ${file}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** The types of a frontend's documents, by the repository's own settings with its folders alone changed. */
export async function generateTypes(frontend: string, schema: string): Promise<void> {
  const config = parse(readFileSync(join(ROOT, 'codegen.yml'), 'utf8')) as CodegenConfig;
  const [settings = {}] = Object.values(config.generates);
  const sources = `test/frontends/${frontend}/src`;
  await generate(
    {
      ...config,
      cwd: ROOT,
      schema,
      documents: [`${sources}/**/*.{ts,tsx}`, `!${sources}/gql/**`],
      generates: { [`${sources}/gql/`]: settings },
      silent: true,
    },
    true,
  );
}
