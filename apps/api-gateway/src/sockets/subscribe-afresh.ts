import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

/**
 * As `subscribe` of graphql-js, with a context for each event: what was loaded for one event must not be taken for the state of the next.
 * Returning ends the source at once, even while an event is awaited.
 */
export async function subscribeAfresh(
  args: ExecutionArgs,
  o: { contextFor: () => unknown; onReturn: () => void },
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const stream = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in stream)) return stream;
  const events = stream[Symbol.asyncIterator]();
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      const event = await events.next();
      if (event.done) return { done: true, value: undefined };
      return { done: false, value: await execute({ ...args, rootValue: event.value, contextValue: o.contextFor() }) };
    },
    async return() {
      o.onReturn();
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
