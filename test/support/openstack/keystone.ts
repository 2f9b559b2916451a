import { randomBytes } from 'node:crypto';
import { Refusal, unauthorized } from './answers.js';
import type { FakeOptions } from './fakeOpenStack.js';

export const ADMIN_PROJECT = 'project-admin';
export const PASSWORD = 'admin-pw-of-the-cloud';

const CATALOG = [
  ['identity', '/identity'],
  ['compute', '/compute/v2.1'],
  ['placement', '/placement'],
  ['volumev3', `/volume/v3/${ADMIN_PROJECT}`],
  ['network', '/network'],
  ['image', '/image'],
  ['orchestration', `/orchestration/v1/${ADMIN_PROJECT}`],
] as const;

interface LogIn {
  auth: {
    identity: {
      methods: string[];
      password?: { user: { name?: string; domain?: object; id?: string; password: string } };
      application_credential?: { id?: string; secret: string };
    };
    scope?: { project: { name?: string; id?: string } };
  };
}

/** Tokens of a stand-in for Keystone. */
export class FakeKeystone {
  logIns = 0;
  readonly #tokens = new Map<string, number>();

  constructor(
    private readonly options: FakeOptions,
    private readonly url: string,
  ) {}

  knows(token: string | string[] | undefined): boolean {
    return (this.#tokens.get(String(token)) ?? 0) > Date.now();
  }

  get tokens(): string[] {
    return [...this.#tokens.keys()];
  }

  /** As when Keystone's keys are changed. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  logIn(method: string, body: string): { status: number; headers: Record<string, string>; body: object } {
    if (method !== 'POST') throw new Refusal(405, {});
    this.logIns += 1;
    if (!isRight(JSON.parse(body) as LogIn)) throw unauthorized();
    const { tokenSeconds = 3600, missing = [] } = this.options;
    const token = `gAAAAA-${randomBytes(24).toString('base64url')}`;
    const now = Date.now();
    const until = now + tokenSeconds * 1000;
    this.#tokens.set(token, until);
    // Of a clock that is an hour behind.
    const stamp = (time: number) => new Date(time - 3_600_000).toISOString().replace('Z', '000Z');
    const catalog = CATALOG.filter(([type]) => !missing.includes(type)).map(([type, path]) => ({
      type,
      name: type,
      endpoints: [
        { interface: 'public', region_id: 'Other', region: 'Other', url: 'http://other.invalid' },
        {
          interface: 'internal',
          region_id: 'RegionOne',
          region: 'RegionOne',
          url: 'http://internal.invalid',
        },
        { interface: 'public', region_id: 'RegionOne', region: 'RegionOne', url: `${this.url}${path}` },
      ],
    }));
    const project = { id: ADMIN_PROJECT, name: 'admin', domain: { id: 'default', name: 'Default' } };
    const issued = { issued_at: stamp(now), expires_at: stamp(until) };
    return {
      status: 201,
      headers: { 'x-subject-token': token },
      body: { token: { methods: ['password'], ...issued, project, catalog } },
    };
  }
}

function isRight({ auth: { identity, scope } }: LogIn): boolean {
  const [method, ...others] = identity.methods;
  if (others.length > 0) return false;
  // Its project is its own.
  if (method === 'application_credential')
    return scope === undefined && identity.application_credential?.secret === PASSWORD;
  const user = identity.password?.user;
  const isKnown = user?.id !== undefined || (user?.name === 'admin' && user.domain !== undefined);
  return isKnown && user.password === PASSWORD && scope?.project !== undefined;
}
