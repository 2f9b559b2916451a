/** The last one that tells what hypervisors have and use: https://docs.openstack.org/nova/latest/reference/api-microversion-history.html */
const WANTED: Microversion = [2, 87];

export type Microversion = readonly [major: number, minor: number];

export const isAtLeast = ([major, minor]: Microversion, [otherMajor, otherMinor]: Microversion): boolean =>
  major > otherMajor || (major === otherMajor && minor >= otherMinor);

export function parseMicroversion(text: string): Microversion | undefined {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})$/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** The lower of the wanted and the highest that is offered; undefined where none is. */
export function negotiated(offered: string | null | undefined): Microversion | undefined {
  const highest = parseMicroversion(offered ?? '');
  return highest && isAtLeast(highest, WANTED) ? WANTED : highest;
}

/** As Nova took it before 2.27, and as all services have taken it since. */
export function microversionHeaders([major, minor]: Microversion): Record<string, string> {
  const version = `${major}.${minor}`;
  return { 'openstack-api-version': `compute ${version}`, 'x-openstack-nova-api-version': version };
}
