import type { ErrorRequestHandler, Express, Response } from 'express';
import { DomainError } from '../kernel/errors.js';
import type { Logger } from '../log/logger.js';
import { plainEnvelope } from './envelopes.js';
import { noteFailure, requestIdOf } from './observe.js';

/** The last resorts: JSON, never Express's own pages. */
export function lastResorts(app: Express, logger: Logger): void {
  const answer = (response: Response, error: DomainError) => {
    noteFailure(response, error.code);
    const { status, headers, body } = plainEnvelope(error, requestIdOf(response));
    response.status(status).set(headers).send(body);
  };
  app.use((request, response) =>
    answer(response, new DomainError('NO_SUCH_PATH', `there is no ${request.path}`)),
  );
  const failed: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof DomainError) {
      answer(response, error);
      return;
    }
    const status = error.status !== undefined && error.status < 500 ? error.status : 500;
    const requestId = requestIdOf(response);
    if (status === 500) logger.error({ err: error, requestId }, 'request failed');
    const [code, message] =
      status === 500 ? ['INTERNAL', 'internal error'] : ['BAD_PARAMETER', 'the request cannot be read'];
    noteFailure(response, status === 500 ? 'INTERNAL' : 'BAD_INPUT');
    response.status(status).json({ error: { code, message }, requestId });
  };
  app.use(failed);
}
