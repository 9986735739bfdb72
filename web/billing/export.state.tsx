import type { ReactNode } from 'react';
import { groupDigits, words } from '../ui/format.js';
import { CopyButton } from '../ui/values.js';
import { bytesText } from './amounts.js';
import { datasetName, isUnderWay, progressOf } from './export.choices.js';
import type { Export } from './exports.documents.js';

/** How far a file is, and what has to be said of it; of one that is there, how large it is and its digest. */
export function ExportState({ file }: { readonly file: Export }): ReactNode {
  const { status, bytes, sha256, failure, notes } = file;
  return (
    <>
      <span className="state" data-state={status}>{words(status)}</span>
      {isUnderWay(file) && <Progress file={file} />}
      {failure !== null && <span className="quiet-note">{failure}</span>}
      {notes.map((note) => <span key={note} className="quiet-note">{note}</span>)}
      {bytes !== null && (
        <span className="quiet-note">
          {bytesText(bytes)}
          {sha256 !== null && (
            <>
              {' · '}
              <code title={`SHA-256 ${sha256}`}>{`${sha256.slice(0, 8)}…`}</code>
              <CopyButton text={sha256} label="Copy the SHA-256 of the file" />
            </>
          )}
        </span>
      )}
    </>
  );
}

function Progress({ file }: { readonly file: Export }): ReactNode {
  const { dataset, rowsDone, rowsExpected } = file;
  const done = progressOf(file);
  const label = `${datasetName(dataset)}: how far it is`;
  return (
    <>
      {done === null ? <progress aria-label={label} /> : <progress aria-label={label} value={done} max={100} />}
      {rowsExpected !== null && <span className="quiet-note">{`${groupDigits(rowsDone)} of ${groupDigits(rowsExpected)} rows`}</span>}
    </>
  );
}
