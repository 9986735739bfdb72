import type { GraphQLNamedType, GraphQLSchema } from 'graphql';
import { useState, type ReactNode } from 'react';
import { TextField } from '../ui/field.js';
import { entriesOf, search, type Entry } from './schema.places.js';

interface Going {
  readonly onPlace: (place: string | null) => void;
}

/** Every type and field with what it means: searched by name, or followed from one to the next. */
export function SchemaReference({
  schema,
  place,
  onPlace,
}: { readonly schema: GraphQLSchema; readonly place: string | null } & Going): ReactNode {
  const [text, setText] = useState('');
  const go = (to: string | null): void => {
    setText('');
    onPlace(to);
  };
  const [typeName = '', field = null] = place?.split('.') ?? [];
  const type = schema.getType(typeName);
  return (
    <div className="reference">
      <TextField {...{ label: 'Search types and fields', name: 'reference', type: 'search', value: text }} onChange={({ target }) => setText(target.value)} />
      <Matter {...{ schema, text, type: type ?? null, field, onPlace: go }} />
    </div>
  );
}

function Matter({
  schema,
  text,
  type,
  field,
  onPlace,
}: Going & {
  readonly schema: GraphQLSchema;
  readonly text: string;
  readonly type: GraphQLNamedType | null;
  readonly field: string | null;
}): ReactNode {
  if (text.trim() !== '') return <Found {...{ schema, text, onPlace }} />;
  if (type === null) return <Roots {...{ schema, onPlace }} />;
  return <TypeEntry {...{ schema, type, field, onPlace }} />;
}

function Roots({ schema, onPlace }: Going & { readonly schema: GraphQLSchema }): ReactNode {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((one) => one !== null && one !== undefined);
  return (
    <ul className="entries">
      {roots.map((root) => (
        <li key={root.name}>
          <Place place={root.name} onPlace={onPlace}>{root.name}</Place>
          <span className="quiet-note">{`${Object.keys(root.getFields()).length} fields`}</span>
        </li>
      ))}
    </ul>
  );
}

function Found({ schema, text, onPlace }: Going & { readonly schema: GraphQLSchema; readonly text: string }): ReactNode {
  const { found, more } = search(schema, text);
  if (found.length === 0) return <p className="quiet-note">No type or field is called like that.</p>;
  return (
    <>
      <ul className="entries">
        {found.map((place) => <li key={place}><Place place={place} onPlace={onPlace}>{place}</Place></li>)}
      </ul>
      {more > 0 && <p className="quiet-note">{`${more} more: write on to narrow them down.`}</p>}
    </>
  );
}

function TypeEntry({
  schema,
  type,
  field,
  onPlace,
}: Going & { readonly schema: GraphQLSchema; readonly type: GraphQLNamedType; readonly field: string | null }): ReactNode {
  const entries = entriesOf(schema, type);
  const shown = entries.filter(({ name }) => field === null || name === field);
  return (
    <>
      <p className="place-path">
        <Place place={null} onPlace={onPlace}>Schema</Place>
        {' / '}
        <Place place={type.name} onPlace={onPlace}>{type.name}</Place>
        {field !== null && ` / ${field}`}
      </p>
      {field === null && <p>{type.description ?? ''}</p>}
      <ul className="entries">
        {shown.map((entry) => <li key={entry.name}><EntryLine entry={entry} onPlace={onPlace} /></li>)}
      </ul>
    </>
  );
}

function EntryLine({ entry: { name, type, to, description, deprecated, args }, onPlace }: Going & { readonly entry: Entry }): ReactNode {
  return (
    <>
      <code>{name}</code>
      {to !== null && <>{' '}<Place place={to} onPlace={onPlace}>{type === '' ? 'open' : type}</Place></>}
      {description !== null && <span className="quiet-note">{description}</span>}
      {deprecated !== null && <span className="badge">{`deprecated: ${deprecated}`}</span>}
      {args.length > 0 && (
        <ul className="entries">
          {args.map((one) => <li key={one.name}><EntryLine entry={one} onPlace={onPlace} /></li>)}
        </ul>
      )}
    </>
  );
}

function Place({ place, onPlace, children }: Going & { readonly place: string | null; readonly children: ReactNode }): ReactNode {
  return <button type="button" className="place" onClick={() => onPlace(place)}>{children}</button>;
}
