import { describe, expect, it } from '@jest/globals';
import { Mailbox } from './mailbox.js';

const open = (onEnd = () => {}) => {
  const controller = new AbortController();
  return { controller, mailbox: new Mailbox<number>(controller.signal, onEnd) };
};

describe('a mailbox', () => {
  it('gives what was put in, in order, and waits for more', async () => {
    const { mailbox } = open();
    mailbox.put(1);
    mailbox.put(2);
    expect([await mailbox.next(), await mailbox.next()].map(({ value }) => value)).toEqual([1, 2]);
    const waiting = mailbox.next();
    mailbox.put(3);
    expect(await waiting).toEqual({ done: false, value: 3 });
  });

  it('drops everything for one word of it when it is full, and goes on', async () => {
    const { mailbox } = open();
    for (let n = 0; n <= 256; n++) mailbox.put(n);
    mailbox.put(1_000);
    expect([(await mailbox.next()).value, (await mailbox.next()).value]).toEqual([{ missed: 'OVERFLOW' }, 1_000]);
  });

  it('holds nothing from before a gap', async () => {
    const { mailbox } = open();
    mailbox.put(1);
    mailbox.miss('BUS_RECONNECTED');
    expect((await mailbox.next()).value).toEqual({ missed: 'BUS_RECONNECTED' });
  });

  it.each([
    ['its reader leaves', (opened: ReturnType<typeof open>) => void opened.mailbox.return()],
    ['its operation ends', ({ controller }: ReturnType<typeof open>) => controller.abort()],
  ])('ends once when %s, whoever waits', async (_name, end) => {
    let ends = 0;
    const opened = open(() => (ends += 1));
    const waiting = opened.mailbox.next();
    end(opened);
    opened.controller.abort();
    opened.mailbox.put(1);
    expect([await waiting, await opened.mailbox.next(), ends]).toEqual([{ done: true }, { done: true }, 1]);
  });

  it('of an operation that has ended is closed from the start', async () => {
    let ends = 0;
    const mailbox = new Mailbox<number>(AbortSignal.abort(), () => (ends += 1));
    expect([(await mailbox.next()).done, ends]).toEqual([true, 1]);
  });
});
