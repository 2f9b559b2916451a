import { expect } from 'vitest';
import { PASSWORD, uniqueName } from '../../support/people.js';
import { send } from '../../support/rest.js';
import { ADMIN, type TestServer, query } from '../../support/server.js';
import type { Row } from './world.js';

export const ADDRESS = '192.0.2.7';
export const CHANGED = 'Changed-Pass-2';
export const CREDENTIAL = 'platform-credential-xyzzy';

let requests = 0;
const headersOf = (token: string | undefined) => ({
  'x-request-id': `request-${(requests += 1)}`,
  'x-forwarded-for': ADDRESS,
  ...(token === undefined ? {} : { authorization: token }),
});

export type Change = (server: TestServer, token?: string) => Promise<void>;

/** The id of the last request. */
export const lastRequestId = (): string => `request-${requests}`;

/** A request that must succeed, through REST. */
export const rest =
  (method: string, path: string, body?: object) => async (server: TestServer, token?: string) => {
    const options = { method, headers: headersOf(token), ...(body === undefined ? {} : { body }) };
    const response = await send(server.url + path, options);
    expect(response.status).toBeLessThan(300);
  };

/** A mutation that must succeed. */
export const graph =
  (field: string, type: string, selection: string, input: object) =>
  async (server: TestServer, token?: string) => {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
    const { errors } = await query(server.url, document, { variables: { input }, headers: headersOf(token) });
    expect(errors).toEqual([]);
  };

export interface UserChange {
  by: 'nobody' | 'manager' | 'chief' | 'self';
  action: string;
  change: (object: Row) => Change;
  before?: object | null;
  after?: object | null;
}

export const draft = () => ({
  user: uniqueName('made'),
  password: PASSWORD,
  phone: '12345678',
  isAdmin: true,
  realName: 'Some Body',
});
const CREATED = { realName: 'Some Body', phone: '12345678', isAdmin: true };
const own = { before: null, after: CREATED };
const locked = { before: { status: 'APPROVED' }, after: { status: 'FORBIDDEN' } };
const untold = { before: {}, after: {} };
const gone = { before: { name: expect.any(String), status: 'APPROVED' }, after: null };

export const USER_CHANGES: Record<string, UserChange> = {
  'ote: register': {
    by: 'nobody',
    action: 'user.create',
    change: () => rest('POST', '/v1/user', draft()),
    ...own,
  },
  'ote: create sub-user': {
    by: 'manager',
    action: 'user.create',
    change: () => rest('POST', '/v1/admin/user', draft()),
    ...own,
  },
  'Optimus: sign': {
    by: 'nobody',
    action: 'user.create',
    change: () => rest('POST', '/api/v1/sign', { name: uniqueName('made'), password: PASSWORD }),
    before: null,
    after: { status: 'PENDING', isAdmin: false },
  },
  'graph: registerUser': {
    by: 'nobody',
    action: 'user.create',
    change: () => graph('registerUser', 'RegisterUserInput', 'user { id }', draft()),
    ...own,
  },
  'graph: createUser': {
    by: 'manager',
    action: 'user.create',
    change: () => graph('createUser', 'CreateUserInput', 'user { id }', draft()),
    ...own,
  },
  'ote: audit user': {
    by: 'chief',
    action: 'user.audit',
    change: ({ id }) => rest('PUT', `/v1/admin/user/${id}`, { status: 3 }),
    ...locked,
  },
  'graph: auditUser': {
    by: 'chief',
    action: 'user.audit',
    change: ({ id }) => graph('auditUser', 'AuditUserInput', 'user { id }', { id, status: 'FORBIDDEN' }),
    ...locked,
  },
  'ote: reset password': {
    by: 'manager',
    action: 'user.resetPassword',
    change: ({ id }) => rest('PUT', `/v1/admin/user/${id}/password`, { password: CHANGED }),
    ...untold,
  },
  'graph: resetPassword': {
    by: 'manager',
    action: 'user.resetPassword',
    change: ({ id }) =>
      graph('resetPassword', 'ResetPasswordInput', 'user { id }', { id, password: CHANGED }),
    ...untold,
  },
  'ote: update password': {
    by: 'self',
    action: 'user.changePassword',
    change: () => rest('PUT', '/v1/user', { oldPassword: ADMIN.password, password: CHANGED }),
    ...untold,
  },
  'graph: changePassword': {
    by: 'self',
    action: 'user.changePassword',
    change: () =>
      graph('changePassword', 'ChangePasswordInput', 'user { id }', {
        oldPassword: ADMIN.password,
        password: CHANGED,
      }),
    ...untold,
  },
  'ote: delete user': {
    by: 'manager',
    action: 'user.delete',
    change: ({ id }) => rest('DELETE', `/v1/admin/user/${id}`),
    ...gone,
  },
  'graph: deleteUser': {
    by: 'manager',
    action: 'user.delete',
    change: ({ id }) => graph('deleteUser', 'DeleteUserInput', 'user { id }', { id }),
    ...gone,
  },
};
