import { readApiDocument } from '../../../openapi/document.js';
import type { ApiDocument } from '../../../openapi/operation.js';

/** Runs in a thread. BAD_INPUT names each place that is wrong. */
export const read = ({ text }: { text: string }): ApiDocument => readApiDocument(text);
