import { randomBytes } from 'node:crypto';

export interface IamUser {
  domain: string;
  user: string;
  password: string;
}

export interface IamAnswer {
  status: number;
  headers?: Record<string, string>;
  body: object;
}

const refused = (status: number, message: string, title: string): IamAnswer => ({
  status,
  body: { error: { code: status, message, title } },
});

/** Huawei's IAM, as far as tokens of users for a project go. */
export class FakeIam {
  readonly #tokens = new Map<string, number>();
  /** Requests for a token. */
  logIns = 0;

  constructor(
    private readonly user: IamUser,
    private readonly project: { id: string; name: string },
    /** Seconds that a token lives. */
    private readonly lifetime: number,
  ) {}

  /** The answer to `POST /v3/auth/tokens`. */
  logIn(text: string, now: number): IamAnswer {
    this.logIns += 1;
    const asked = parsed(text);
    if (!asked) return refused(400, 'Request body is invalid.', 'Bad Request');
    const { domain, user, password } = this.user;
    if (asked.user !== user || asked.domain !== domain || asked.password !== password)
      return refused(401, 'The username or password is wrong.', 'Unauthorized');
    const { id, name } = this.project;
    const isOfProject = asked.project === undefined ? asked.region === name : asked.project === id;
    if (!isOfProject) return refused(401, 'The project does not exist.', 'Unauthorized');
    const token = `MII${randomBytes(24).toString('base64url')}`;
    const end = now + this.lifetime * 1000;
    this.#tokens.set(token, end);
    const [issued, expires] = [now, end].map((instant) =>
      new Date(instant).toISOString().replace('Z', '000Z'),
    );
    return {
      status: 201,
      headers: { 'X-Subject-Token': token },
      body: {
        token: {
          methods: ['password'],
          issued_at: issued,
          expires_at: expires,
          user: { id: 'user-0', name: user, domain: { id: 'domain-0', name: domain } },
          project: { id, name, domain: { id: 'domain-0', name: domain } },
          roles: [{ id: '0', name: 'te_admin' }],
          catalog: [],
        },
      },
    };
  }

  knows(token: string, now: number): boolean {
    return (this.#tokens.get(token) ?? 0) > now;
  }

  /** Ends every token before its time. */
  revoke(): void {
    this.#tokens.clear();
  }
}

interface Asked {
  user: unknown;
  domain: unknown;
  password: unknown;
  project: unknown;
  region: unknown;
}

interface LogIn {
  auth: {
    identity: {
      methods: string[];
      password: { user: { name: string; password: string; domain: { name: string } } };
    };
    scope: { project: { id?: string; name?: string } };
  };
}

function parsed(text: string): Asked | undefined {
  try {
    const { identity, scope } = (JSON.parse(text) as LogIn).auth;
    if (identity.methods.join() !== 'password') return undefined;
    const { name, password, domain } = identity.password.user;
    return {
      user: name,
      password,
      domain: domain.name,
      project: scope.project.id,
      region: scope.project.name,
    };
  } catch {
    return undefined;
  }
}
