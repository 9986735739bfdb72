import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { RequestContext } from './request-context.js';

const DONE = { value: undefined, done: true } as const;

/**
 * Runs a subscription. As graphql-js' `subscribe`, but each event gets loaders of its own, so that none
 * shows what an earlier one has read.
 */
export async function subscribeAfresh(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const context = args.contextValue as RequestContext;
  const stop = async (): Promise<typeof DONE> => {
    await events.return?.();
    return DONE;
  };
  const results: AsyncIterableIterator<ExecutionResult> = {
    // No generator: its `return` would wait for the event that is being waited for.
    next: async () => {
      const event = await events.next();
      if (event.done === true) return DONE;
      const contextValue: RequestContext = { ...context, loaders: new Map() };
      const value = await execute({ ...args, rootValue: event.value, contextValue });
      return { value, done: false };
    },
    return: stop,
    throw: async (error: unknown) => {
      await stop();
      throw error;
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}
