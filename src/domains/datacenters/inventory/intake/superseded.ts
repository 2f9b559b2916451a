import { DomainError } from '../../../../kernel/errors.js';

/** Another run has begun since, whose replica took this one's for gone. */
export const superseded = () =>
  new DomainError('CONFLICT', 'another run of the data center has begun meanwhile, or it is gone');
