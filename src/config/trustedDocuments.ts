import { readFileSync } from 'node:fs';
import { type Manifest, documentHash } from '../kernel/documents.js';
import { DomainError } from '../kernel/errors.js';
import { fileReason } from './files.js';
import type { Config } from './settings.js';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The documents that TRUSTED_DOCUMENTS lists, as GraphQL Code Generator writes them; undefined without such a file. Throws what is wrong with it. */
export function readTrustedDocuments({
  TRUSTED_DOCUMENTS: file,
}: Pick<Config, 'TRUSTED_DOCUMENTS'>): Manifest | undefined {
  if (!file) return undefined;
  const wrong = (message: string) => new DomainError('BAD_INPUT', `TRUSTED_DOCUMENTS ${file} ${message}`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(`cannot be read: ${fileReason(error)}`);
  }
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw wrong('is no JSON object of documents by their hashes');
  const entries = Object.entries(parsed as Record<string, unknown>).map(([hash, document]) => {
    if (typeof document === 'string' && documentHash(document) === hash) return [hash, document] as const;
    const name = JSON.stringify(hash.slice(0, 80));
    throw wrong(`has ${name}, which is not the SHA-256 of its document (hashAlgorithm: sha256)`);
  });
  return new Map(entries);
}
