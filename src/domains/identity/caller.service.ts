import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken } from '../../kernel/bearer.js';
import type { Admission, Principal } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import type { Trust } from '../../kernel/trust.js';
import type { AuthenticationService } from './authentication.service.js';
import { type Permission, authorise } from './permissions.js';

/** The parts of a request that tell who sent it. */
export interface Sender {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Who sent a request, and whether it may do what it asks for. */
export class CallerService {
  constructor(
    private readonly trust: Trust,
    private readonly authentication: AuthenticationService,
  ) {}

  addressOf(sender: Sender): string {
    return this.trust.callerOf(sender.socket.remoteAddress, sender.headers).address;
  }

  /** The principal of the token in `Authorization`; `rejected` when it does not work. */
  async identify({ headers }: Sender): Promise<{ principal: Principal | null; rejected: boolean }> {
    const token = bearerToken(headers.authorization);
    const principal = token === undefined ? null : await this.authentication.authenticate(token);
    return { principal, rejected: token !== undefined && principal === null };
  }

  /** The caller by its token in `Authorization`: whoever it is for what is public, else who may; UNAUTHENTICATED or FORBIDDEN. */
  async byToken(sender: Sender, access: Permission | 'public'): Promise<Admission> {
    const { principal } = await this.identify(sender);
    if (access !== 'public') authorise(principal, access);
    return { principal, isTrusted: false };
  }

  /**
   * Platform management and forwarding: callers from trusted networks need no token; any other needs one in
   * `X-Access-Token`. Throws UNAUTHENTICATED or FORBIDDEN. For a trusted caller it answers without a promise.
   */
  trustedOrToken(sender: Sender, permission: Permission): Principal | null | Promise<Principal | null> {
    const { headers, socket } = sender;
    const token = headers['x-access-token'];
    const { isTrusted } = this.trust.callerOf(socket.remoteAddress, headers);
    if (isToken(token)) return this.#byToken(bearerToken(token) ?? '', permission, isTrusted);
    if (!isTrusted) {
      throw new DomainError(
        'UNAUTHENTICATED',
        'callers from outside the trusted networks need an access token in X-Access-Token',
      );
    }
    if (this.trust.isForeign(headers)) {
      throw new DomainError(
        'FORBIDDEN',
        "without a token, requests of other sites' pages and to host names outside PUBLIC_HOSTS are refused",
      );
    }
    return null;
  }

  /** As trustedOrToken, for endpoints whose `Authorization` is ours and may hold the token as well. */
  async trustedOrAnyToken(sender: Sender, permission: Permission | 'public'): Promise<Admission> {
    if (permission === 'public') return { principal: null, isTrusted: false };
    const { isTrusted } = this.trust.callerOf(sender.socket.remoteAddress, sender.headers);
    const own = bearerToken(sender.headers.authorization);
    const named = sender.headers['x-access-token'];
    const principal =
      isToken(named) || own === undefined
        ? await this.trustedOrToken(sender, permission)
        : await this.#byToken(own, permission, isTrusted);
    return { principal, isTrusted };
  }

  async #byToken(token: string, permission: Permission, isTrusted: boolean): Promise<Principal> {
    const principal = await this.authentication.authenticate(token);
    return principal && isTrusted ? principal : authorise(principal, permission);
  }
}
