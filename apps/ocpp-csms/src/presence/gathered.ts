import type { Timers } from '@ampline/kernel-time';
import { GroupCommit } from '../metering/group-commit.js';

export interface GatheredOptions<Q, A> {
  /** Most questions of one statement. */
  most: number;
  /** Answers all questions, in their order. */
  answer: (questions: readonly Q[]) => Promise<readonly A[]>;
  timers: Timers;
}

const AT_ONCE = 2;

/** Many askers, one statement: what is asked while others are under way waits for the next, so that a storm makes few of them. */
export class Gathered<Q, A> {
  private readonly group: GroupCommit<{ question: Q; answer?: A }>;

  constructor({ most, answer, timers }: GatheredOptions<Q, A>) {
    const commit = async (items: readonly { question: Q; answer?: A }[]): Promise<void> => {
      const answers = await answer(items.map(({ question }) => question));
      items.forEach((item, i) => (item.answer = answers[i] as A));
    };
    this.group = new GroupCommit({ batchSize: most, delayMs: 0, inFlight: AT_ONCE, commit, timers });
  }

  async ask(question: Q): Promise<A> {
    const item: { question: Q; answer?: A } = { question };
    await this.group.add(item);
    return item.answer as A;
  }
}
