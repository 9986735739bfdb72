import { Choice, useChoice } from './choice.js';

/** Something that one wants so or otherwise. */
export class Preference {
  readonly choice: Choice<'on' | 'off'>;

  constructor(key: string, isOnAtFirst: boolean) {
    this.choice = new Choice(key, isOnAtFirst ? 'on' : 'off', ['on', 'off']);
  }

  readonly get = (): boolean => this.choice.get() === 'on';

  readonly set = (isOn: boolean): void => this.choice.set(isOn ? 'on' : 'off');
}

export function usePreference({ choice }: Preference): boolean {
  return useChoice(choice) === 'on';
}

/** Whether each time is said in the zone of who reads it, beside UTC. */
export const LOCAL_TIMES = new Preference('headroom-local-times', false);

/** Whether a letter or a mark alone does something: https://www.w3.org/TR/WCAG22/#character-key-shortcuts asks that it can be turned off. */
export const SINGLE_KEYS = new Preference('headroom-single-keys', true);
