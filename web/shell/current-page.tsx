import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { Route as At, Switch } from 'wouter';
import { assertNever } from '../../src/kernel/assert.js';
import { useSession } from '../identity/session.context.js';
import { SignInForm } from '../identity/sign-in.form.js';
import { ROUTES, type MemberPageProps, type PageProps, type Route } from '../routes.js';
import { ErrorBoundary } from '../ui/error-boundary.js';
import { Explained } from '../ui/explained.context.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { Skeleton } from '../ui/states.js';
import { sayable } from '../ui/use-filter.js';

type Params = PageProps['params'];

/** The page of the path, fetched when it is needed. */
export function CurrentPage(): ReactNode {
  return (
    <Switch>
      {VIEWS.map(({ path, docs, View }) => (
        <At key={path} path={path}>
          {(params: Params) => (
            <ErrorBoundary key={JSON.stringify([path, params])}>
              <Suspense fallback={<Skeleton rows={8} />}>
                <Explained value={docs === null ? null : `/docs#${docs}`}>
                  <View params={decoded(params)} />
                </Explained>
              </Suspense>
            </ErrorBoundary>
          )}
        </At>
      ))}
      <At>
        <Page title="No such page">
          <p>Nothing is at this address. <Link to="/">Go to the market</Link>.</p>
        </Page>
      </At>
    </Switch>
  );
}

/** As they were before they became part of a path. */
function decoded(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodedPart(value ?? '')]));
}

function decodedPart(text: string): string {
  try {
    return sayable(decodeURIComponent(text));
  } catch {
    return text;
  }
}

function viewOf(route: Route): ComponentType<{ readonly params: Params }> {
  if (route.access === 'anyone') return lazy(async () => ({ default: await route.load() }));
  const Inner = lazy(async () => ({ default: await route.load() }));
  return function MemberView({ params }) {
    return <ForMembers {...{ title: route.title, params, Inner }} />;
  };
}

const VIEWS = ROUTES.map((route) => ({ path: route.path, docs: route.docs, View: viewOf(route) }));

/** A page that needs a session; without one, the way to get one stands in its place. */
function ForMembers({
  title,
  params,
  Inner,
}: {
  readonly title: string;
  readonly params: Params;
  readonly Inner: ComponentType<MemberPageProps>;
}): ReactNode {
  const session = useSession();
  switch (session.state) {
    case 'unknown':
      return <Skeleton rows={8} />;
    case 'signed-out':
      return (
        <Page title={title} lead={<span>Sign in to see this, or <Link to="/app/sign-up">sign up</Link>.</span>}>
          <SignInForm />
        </Page>
      );
    case 'signed-in':
      return <Inner key={session.viewer.organization.organizationId} viewer={session.viewer} params={params} />;
    default:
      return assertNever(session);
  }
}
