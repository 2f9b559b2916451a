/** Why work ends whose caller went away before the answer: no failure of the server, and told to nobody. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';

  constructor() {
    super('the caller went away before the answer');
  }
}
