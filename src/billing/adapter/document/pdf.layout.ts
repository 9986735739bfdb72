/** A4 in points. */
export const PAGE_HEIGHT = 841.89;
export const MARGIN = 54;
export const LEFT = MARGIN;
export const RIGHT = 595.28 - MARGIN;
export const WIDTH = RIGHT - LEFT;

export const COLORS = {
  ink: '#16202c',
  muted: '#5b6878',
  accent: '#0b5c8a',
  line: '#d5dce4',
  panel: '#f1f5f9',
  warning: '#a33b00',
} as const;
