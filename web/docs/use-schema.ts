import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import { useEffect, useState } from 'react';
import type { Failure } from '../api/query.js';
import { onRefresh } from '../api/refresh.js';
import { send, type Told } from './send.js';

export type SchemaState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly schema: GraphQLSchema }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** The exchange tells its schema to members and keys only: queries run all the same. */
  | { readonly state: 'untold'; readonly message: string };

const QUERY = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true });

/** The schema as this exchange tells it to whoever asks: never more than it would. */
export function useSchema(key: string | null, who: string | null): SchemaState {
  const [told, setTold] = useState<{ readonly asked: string; readonly state: SchemaState } | null>(null);
  const asked = `${who ?? ''}\n${key ?? ''}`;
  useEffect(() => {
    let isWanted = true;
    let isKnown = false;
    const look = (): void => {
      if (isKnown) return;
      void ask(key).then((state) => {
        isKnown ||= state.state === 'ready';
        if (isWanted) setTold({ asked, state });
      });
    };
    look();
    const forget = onRefresh(look);
    return () => {
      isWanted = false;
      forget();
    };
  }, [key, asked]);
  return told?.asked === asked ? told.state : { state: 'loading' };
}

async function ask(key: string | null): Promise<SchemaState> {
  try {
    const { data, errors } = await send({ query: QUERY, variables: {}, operationName: null }, key);
    if (data !== undefined && data !== null) return { state: 'ready', schema: buildClientSchema(data as IntrospectionQuery) };
    return untold(errors?.[0] ?? { message: 'The exchange does not tell its schema.' });
  } catch {
    return { state: 'failed', failure: { kind: 'unreachable', message: 'The exchange does not answer. Nothing is lost: try again.' } };
  }
}

function untold({ message, extensions }: NonNullable<Told['errors']>[number]): SchemaState {
  return extensions?.['code'] === 'INTERNAL' ? { state: 'failed', failure: { kind: 'unreachable', message } } : { state: 'untold', message };
}
