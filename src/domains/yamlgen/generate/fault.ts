import { type DomainError, badInput } from '../../../kernel/errors.js';

/** Of a name or a value that a message tells. */
const MOST_QUOTED = 80;

export const quoted = (text: string): string => JSON.stringify(text.slice(0, MOST_QUOTED).toWellFormed());

/** Where something is wrong in what was uploaded. */
export class Place {
  /** `path` is the input's field; `where` is put before what is wrong. */
  constructor(
    private readonly path: string,
    private readonly where: string,
  ) {}

  /** A part of it, such as a sheet, a row or a line. */
  at(part: string): Place {
    return new Place(this.path, `${this.where}, ${part}`);
  }

  fault(message: string): DomainError {
    return badInput([{ path: this.path, message: `${this.where}: ${message}` }]);
  }
}
