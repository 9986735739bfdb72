import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import { useEffect, useState } from 'react';
import { send } from './send.js';

export type SchemaState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly schema: GraphQLSchema }
  /** The exchange tells its schema to members and keys only, or does not answer: queries run all the same. */
  | { readonly state: 'untold'; readonly message: string };

const QUERY = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true });

/** The schema as this exchange tells it to whoever asks: never more than it would. */
export function useSchema(key: string | null, who: string | null): SchemaState {
  const [told, setTold] = useState<{ readonly asked: string; readonly state: SchemaState } | null>(null);
  const asked = `${who ?? ''}\n${key ?? ''}`;
  useEffect(() => {
    let isWanted = true;
    void ask(key).then((state) => {
      if (isWanted) setTold({ asked, state });
    });
    return () => {
      isWanted = false;
    };
  }, [key, asked]);
  return told?.asked === asked ? told.state : { state: 'loading' };
}

async function ask(key: string | null): Promise<SchemaState> {
  try {
    const { data, errors } = await send({ query: QUERY, variables: {}, operationName: null }, key);
    if (data !== undefined && data !== null) return { state: 'ready', schema: buildClientSchema(data as IntrospectionQuery) };
    return { state: 'untold', message: errors?.[0]?.message ?? 'The exchange does not tell its schema.' };
  } catch {
    return { state: 'untold', message: 'The exchange does not answer.' };
  }
}
