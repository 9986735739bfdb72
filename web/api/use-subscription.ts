import { useEffect, useRef } from 'react';
import { client } from './client.js';
import type { Document } from './graphql.js';
import { requestOf } from './request.js';

/** Hands on what is told over the socket for as long as it is on show; `null` variables: nothing is. */
export function useSubscription<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables | null,
  onData: (data: Data) => void,
): void {
  const about = JSON.stringify(variables);
  const handler = useRef(onData);
  useEffect(() => {
    handler.current = onData;
  });
  useEffect(() => {
    if (about === 'null') return undefined;
    const request = requestOf(document, JSON.parse(about) as Variables);
    const { unsubscribe } = client
      .executeSubscription(request)
      .subscribe(({ data }) => {
        if (data !== undefined && data !== null) handler.current(data as Data);
      });
    return unsubscribe;
  }, [document, about]);
}
