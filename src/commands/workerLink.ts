import type { EventEmitter } from 'node:events';

/** One end of the channel between two processes. */
interface Channel extends Pick<EventEmitter, 'on'> {
  send?(message: object, done: (error: Error | null) => void): boolean;
}

interface Question {
  id: number;
  question: string;
  argument?: unknown;
}

interface Answer {
  id: number;
  answer?: unknown;
  failure?: string;
}

/** What one end answers, by question. */
export type Answers = Readonly<Record<string, (argument: unknown) => unknown>>;

/** Questions and answers between a process and its supervisor. */
export class WorkerLink {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  constructor(
    private readonly channel: Channel,
    private readonly answers: Answers,
  ) {
    channel.on('message', (message: Partial<Question> & Answer) => void this.#hear(message));
    channel.on('disconnect', () => this.#giveUp('the other process is gone'));
  }

  /** Rejects when the other end fails to answer, or is gone. */
  async ask(question: string, argument?: unknown): Promise<unknown> {
    const id = (this.#asked += 1);
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#send({ id, question, argument });
    return waiting.promise;
  }

  async #hear({ id, question, argument, answer, failure }: Partial<Question> & Answer): Promise<void> {
    if (question === undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(failure));
      return;
    }
    try {
      this.#send({ id, answer: await this.answers[question]?.(argument) });
    } catch (error) {
      this.#send({ id, failure: (error as Error).message });
    }
  }

  #send(message: Question | Answer): void {
    // Without a callback a channel that is closed would end the process.
    this.channel.send?.(message, (error) => {
      if (error) this.#giveUp(error.message);
    });
  }

  #giveUp(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
