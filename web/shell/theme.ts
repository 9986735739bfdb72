import { Choice, useChoice } from '../ui/choice.js';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const THEME = new Choice<Theme>('headroom-theme', 'system', THEMES);

/** Before the first paint, and after every change. */
export function applyTheme(theme: Theme = THEME.get()): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  THEME.set(theme);
}

export const useTheme = (): Theme => useChoice(THEME);
