import type { Viewer } from '../identity/identity.documents.js';
import { ROUTES, type Route } from '../routes.js';

export type NavPage = Route & { readonly nav: NonNullable<Route['nav']> };

/** The pages that stand in the navigation of this viewer, in the order of the routes. */
export function pagesFor(viewer: Viewer | null): readonly NavPage[] {
  return ROUTES.filter((route): route is NavPage => route.nav !== undefined).filter(
    ({ nav: { isShown } }) => isShown === undefined || isShown(viewer),
  );
}
