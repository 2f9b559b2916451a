/** Characters. Kubernetes itself keeps most texts shorter. */
const MOST_TEXT = 1024;

/** A cluster's text as it can be stored and shown: not too long, and with no characters that PostgreSQL refuses. */
export function tidy(text: string, most = MOST_TEXT): string {
  return text.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();
}
