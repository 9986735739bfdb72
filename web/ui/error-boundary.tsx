import { Component, type ReactNode } from 'react';

/** A page that breaks takes nothing else with it; one that cannot be fetched is one of an older version. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: Error | null }
> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const isMissing = /import|fetch|module/i.test(error.message);
    return (
      <div className="refusal" role="alert">
        <p>
          {isMissing
            ? 'This page could not be fetched: the exchange is gone, or has a newer version of it.'
            : 'This page broke. Nothing that you did is lost.'}
        </p>
        <button type="button" className="quiet" onClick={() => location.reload()}>Load it again</button>
      </div>
    );
  }
}
