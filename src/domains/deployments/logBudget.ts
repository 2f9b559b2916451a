import type { Allowance } from '../edge/index.js';

/** So many bytes of logs. */
export class LogBudget implements Allowance {
  constructor(private left: number) {}

  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.left += bytes;
  }
}

/** What one of several takes of a budget. */
export class LogShare implements Allowance {
  /** Whether it was refused something. */
  isShort = false;

  constructor(private readonly whole: Allowance) {}

  take(bytes: number): boolean {
    const isTaken = this.whole.take(bytes);
    this.isShort ||= !isTaken;
    return isTaken;
  }

  giveBack(bytes: number): void {
    this.whole.giveBack(bytes);
  }
}
