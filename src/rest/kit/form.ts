import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { badInput } from '../../kernel/errors.js';
import { FormFile, readForm } from '../../kernel/forms.js';
import type { Held } from '../../kernel/uploadRoom.js';
import type { FormFiles } from './endpoint.js';

/** Texts beside the files, and bytes of each. */
const MOST_TEXTS = 20;
const MOST_TEXT = 4096;

const binary = (description: string) => ({
  description,
  override: { type: 'string', format: 'binary' } as const,
});

/** A field of a body that holds a file. */
export const file = (description: string) =>
  z.custom<FormFile>((value) => value instanceof FormFile, 'must be a file').meta(binary(description));

/** A field of a body that holds one or more files. */
export const files = (description: string, most: number) =>
  z.array(file('A file'), 'must be one or more files').min(1).max(most).meta({ description });

/** The parts of a form by name; a list of files where a field takes several. */
export async function formOf(request: IncomingMessage, wanted: FormFiles, held: Held): Promise<object> {
  const fields = new Map(Object.entries(wanted));
  const all = Object.values(wanted).map(({ most = 1, limit }) => ({ most, limit: limit() }));
  const parts = await readForm(request, {
    texts: MOST_TEXTS,
    textSize: MOST_TEXT,
    files: all.reduce((sum, { most }) => sum + most, 0),
    bytes: all.reduce((sum, { most, limit }) => sum + most * limit, 0),
    sizeOf: (field) => fields.get(field)?.limit(),
    held,
  });
  const body = new Map<string, unknown>();
  for (const { field, value } of parts) {
    const isList = (fields.get(field)?.most ?? 1) > 1 && value instanceof FormFile;
    const before = body.get(field);
    if (before === undefined) body.set(field, isList ? [value] : value);
    else if (isList && Array.isArray(before)) before.push(value);
    else throw badInput([{ path: field.slice(0, 80), message: 'must be there once' }]);
  }
  return Object.fromEntries(body);
}
