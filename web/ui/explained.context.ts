import { createContext } from 'react';

/** Where the page on show is explained; null: nothing more is said of it. */
export const Explained = createContext<string | null>(null);
