import type { z } from 'zod';

/** A kind of message and what it carries. Messages are JSON, so that they can leave the process. */
export interface Topic<Message> {
  readonly name: string;
  readonly message: z.ZodType<Message>;
}

export function topic<Message>(name: string, message: z.ZodType<Message>): Topic<Message> {
  return { name, message };
}
