import { useState, type ReactNode } from 'react';
import { report } from '../api/connection.js';
import { ask } from '../api/request.js';
import { useAnnounce } from '../ui/announce.js';
import { sentence, utc } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EXPORT_LINK, REQUEST_EXPORT, type Export } from './exports.documents.js';

interface ForFile {
  readonly file: Export;
}

/** A link each time somebody wants one, since it expires; and the same file again. */
export function ExportActions({ file }: ForFile): ReactNode {
  const { status, dataset, format, month } = file;
  const announce = useAnnounce();
  return (
    <div className="row-actions">
      {status === 'READY' && <Links file={file} />}
      {(status === 'READY' || status === 'FAILED' || status === 'EXPIRED') && (
        <MutationButton
          document={REQUEST_EXPORT}
          input={{ dataset, format, month }}
          className="quiet"
          onAccepted={() => announce('The file is being made again')}
        >
          Again<span className="visually-hidden">{`: ${file.fileName ?? month}`}</span>
        </MutationButton>
      )}
    </div>
  );
}

function Links({ file: { exportId, fileName } }: ForFile): ReactNode {
  const announce = useAnnounce();
  const [why, setWhy] = useState<string | null>(null);
  const withLink = async (follow: (path: string, expiresAt: string) => Promise<void> | void): Promise<void> => {
    const answer = await ask(EXPORT_LINK, { exportId });
    report(answer);
    if (!answer.ok) return setWhy(sentence(answer.failure.message));
    const download = answer.data.export?.download ?? null;
    setWhy(download === null ? 'The file is not kept any more: ask for it again.' : null);
    if (download !== null) await follow(download.path, download.expiresAt);
  };
  const copy = async (path: string, expiresAt: string): Promise<void> => {
    await navigator.clipboard.writeText(`${location.origin}${path}`);
    announce(`Copied: the link is good until ${utc(expiresAt)} UTC, for whoever has it`);
  };
  const named = <span className="visually-hidden">{` ${fileName ?? 'the file'}`}</span>;
  return (
    <>
      <button type="button" onClick={() => void withLink((path) => location.assign(path))}>Download{named}</button>
      <button type="button" className="quiet" onClick={() => void withLink(copy)}>Copy a link{named}</button>
      {why !== null && <p role="alert" className="issue">{why}</p>}
    </>
  );
}
