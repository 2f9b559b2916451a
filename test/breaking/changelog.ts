/** The text below a heading, up to the next one of its level or above. */
function sectionsOf(markdown: string, heading: RegExp): { version: string; text: string }[] {
  const sections: { version: string; text: string }[] = [];
  let isInside = false;
  for (const line of markdown.split('\n')) {
    const version = heading.exec(line)?.[1];
    if (version !== undefined) sections.push({ version, text: '' });
    if (/^#{1,3} /.test(line)) isInside = version !== undefined;
    else if (isInside) (sections.at(-1) ?? { text: '' }).text += `${line}\n`;
  }
  return sections;
}

/** Orders versions such as 0.2.0 and 0.10.0. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** The released versions that the changelog tells of, newest first. */
export function releasesIn(changelog: string): string[] {
  return [...changelog.matchAll(/^## (\d+\.\d+\.\d+)\b/gm)].map(([, version]) => version ?? '');
}

/**
 * What "Migration to" a version after `release` says in code spans that begin with the name of a contract, or with an
 * asterisk, which stands for any text: the breaks that somebody decided on.
 */
export function announcedBreaks(changelog: string, release: string, contracts: string[]): string[] {
  return sectionsOf(changelog, /^### Migration to (\d+\.\d+\.\d+)\s*$/)
    .filter(({ version }) => compareVersions(version, release) > 0)
    .flatMap(({ text }) => [...text.matchAll(/``? ?([^`]+?) ?``?/g)].map(([, span]) => span ?? ''))
    .filter((span) => ['*', ...contracts].includes(span.split(' ')[0] ?? ''));
}

/** Whether a break is what the changelog announces. */
export function isAnnounced(line: string, announced: string): boolean {
  const [start = '', ...parts] = announced.split('*');
  if (parts.length === 0) return line === announced;
  const end = parts.pop() ?? '';
  if (!line.startsWith(start) || !line.endsWith(end)) return false;
  const last = line.length - end.length;
  let position = start.length;
  for (const part of parts) {
    const found = line.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= last;
}
