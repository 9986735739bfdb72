import { createContext, useContext } from 'react';
import type { Issue } from '../api/refusal.documents.js';

/** What was wrong with the form that a field stands in. */
export const Issues = createContext<readonly Issue[]>([]);

export function useIssue(field: string): Issue | null {
  return useContext(Issues).find((issue) => issue.field === field) ?? null;
}
