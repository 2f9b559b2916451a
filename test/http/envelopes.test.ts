import { expect, test } from 'vitest';
import { spellRequestError } from '../../src/graphql/errors.js';
import { type Envelope, plainEnvelope } from '../../src/http/envelopes.js';
import { DomainError, type ErrorCode, ERROR_CODES, type ErrorDetails } from '../../src/kernel/errors.js';

const DOORS: [string, Envelope][] = [
  ['GraphQL', spellRequestError],
  ['no door', plainEnvelope],
];
const spelled = (envelope: Envelope, code: ErrorCode, details?: ErrorDetails) =>
  envelope(new DomainError(code, 'because', details), 'id');

test.each(DOORS)('at %s a failure says when to come again and what is allowed', (_door, envelope) => {
  expect(spelled(envelope, 'UNAVAILABLE', { retryAfter: 7 }).headers).toHaveProperty('Retry-After', '7');
  expect(spelled(envelope, 'METHOD_NOT_ALLOWED', { allow: ['GET', 'POST'] }).headers).toHaveProperty(
    'Allow',
    'GET, POST',
  );
});

test('every failure has the same status at all doors without documents', () => {
  const statuses = (envelope: Envelope) => ERROR_CODES.map((code) => [code, spelled(envelope, code).status]);
  expect(statuses(plainEnvelope)).toEqual(statuses(spellRequestError));
});
