import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { ROUTES } from '../routes.js';
import { TOPIC_IDS } from './topics.js';
import { TopicsSection } from './topics.section.js';

it('has an anchor for each topic, and each topic has a page that links to it', () => {
  const page = renderToStaticMarkup(createElement(TopicsSection));
  const anchors = [...page.matchAll(/<h3 id="([a-z]+)"/g)].map(([, id]) => id);
  expect(anchors).toEqual(TOPIC_IDS);
  const linked = new Set(ROUTES.flatMap(({ docs }) => docs ?? []));
  expect([...linked].sort()).toEqual([...TOPIC_IDS].sort());
});
