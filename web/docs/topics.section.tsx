import { Fragment, type ReactNode } from 'react';
import { TOPIC_IDS, TOPICS } from './topics.js';

/** What each page is about, at an anchor that the page's head links to. */
export function TopicsSection(): ReactNode {
  return (
    <>
      <h2 id="topics">What the pages are about</h2>
      {TOPIC_IDS.map((id) => (
        <Fragment key={id}>
          <h3 id={id} tabIndex={-1}>{TOPICS[id].title}</h3>
          {TOPICS[id].says.map((text) => <p key={text}>{text}</p>)}
        </Fragment>
      ))}
    </>
  );
}
