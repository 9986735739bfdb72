import { useEffect } from 'react';
import { matchRoute, useRouter } from 'wouter';
import { ROUTES } from '../routes.js';
import { onLinkNear } from '../ui/router.js';

/** Fetches a page as soon as somebody points at a link to it, so that a click paints at once. */
export function usePreparation(): void {
  const { parser } = useRouter();
  useEffect(() => {
    onLinkNear((to) => {
      const [path = '/'] = to.split(/[?#]/, 1);
      const route = ROUTES.find((one) => matchRoute(parser, one.path, path)[0]);
      // Should it fail, the click says so.
      void route?.load().catch(() => undefined);
    });
  }, [parser]);
}
