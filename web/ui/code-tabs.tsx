import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { CopyButton } from './values.js';

export interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** The same in several languages, ready to be pasted. */
export function CodeTabs({ label, snippets }: { readonly label: string; readonly snippets: readonly Snippet[] }): ReactNode {
  return (
    <Tabs.Root defaultValue={snippets[0]?.name ?? null} className="code-tabs">
      <Tabs.List className="tab-list" aria-label={label}>
        {snippets.map(({ name }) => <Tabs.Tab key={name} value={name} className="tab">{name}</Tabs.Tab>)}
        <Tabs.Indicator className="tab-mark" />
      </Tabs.List>
      {snippets.map(({ name, text }) => (
        <Tabs.Panel key={name} value={name} className="code-panel">
          <pre tabIndex={0}><code>{text}</code></pre>
          <CopyButton text={text} label={`Copy the ${name} snippet`} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
