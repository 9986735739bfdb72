import { useState, type ReactNode } from 'react';

/** The document in the browser's own viewer, where it has one; asked for when somebody wants to see it. */
export function PdfInPlace({ month }: { readonly month: string }): ReactNode {
  const [isShown, setShown] = useState(false);
  const address = `/exports/invoice.pdf?month=${month}&disposition=inline`;
  if (!navigator.pdfViewerEnabled) {
    return <p className="hint">This browser shows no PDF within a page: take the file.</p>;
  }
  return (
    <div className="pdf">
      <button type="button" className="quiet" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? 'Hide the document' : 'Show the document'}
      </button>
      {isShown && <iframe className="pdf-frame" src={address} title={`Invoice of ${month}, as PDF`} />}
    </div>
  );
}
