import type { ReactNode } from 'react';
import { Id } from '../ui/values.js';

/** What follows the kind of an actor: `member:<id>`, `key:<id>`. */
export const idOfActor = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

/** By name, and what it is where it has none that is known, such as the exchange itself. */
export function Actor({ actor, name }: { readonly actor: string; readonly name: string | null }): ReactNode {
  const [id, kind] = [idOfActor(actor), actor.slice(0, Math.max(0, actor.indexOf(':')))];
  return name === null ? <span className="id">{kind} <Id id={id} name={`this ${kind}`} /></span> : <Named {...{ id, name }} of="who did it" />;
}

/** A name and the id to copy; `of` says what the id is of where there is no name. */
export function Named({ id, name, of }: { readonly id: string; readonly name: string | null; readonly of: string }): ReactNode {
  return name === null ? <Id id={id} name={of} /> : <>{name} <Id id={id} name={name} /></>;
}
