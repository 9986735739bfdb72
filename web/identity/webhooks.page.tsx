import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { NoPermission } from '../ui/states.js';
import { mayKeepBooks, mayManage } from './permissions.js';
import { SettingsShell } from './settings.shell.js';
import { WebhookDeliveries } from './webhook.deliveries.js';
import { NOTICE_SETTINGS, SET_NOTICE, type NoticeSetting } from './webhook.documents.js';
import { WebhookEndpoints } from './webhook.endpoints.js';
import { WebhookForm } from './webhook.form.js';
import { MAIL_TEXTS } from './webhook.kinds.js';

const NOTHING = {};

/** Who is told of what happens: programs by webhooks, people by e-mail. */
export function WebhooksPage({ viewer }: MemberPageProps): ReactNode {
  const isManaging = mayManage(viewer);
  return (
    <SettingsShell viewer={viewer} title="Webhooks and e-mail" lead="Programs of yours are told of what happens as it happens, signed; people are written to.">
      {mayKeepBooks(viewer) ? (
        <WebhookEndpoints isManaging={isManaging}>
          {isManaging && <WebhookForm />}
          <WebhookDeliveries isManaging={isManaging} />
          <MailSettings />
        </WebhookEndpoints>
      ) : (
        <>
          <NoPermission>Owners and finance see webhooks.</NoPermission>
          <MailSettings />
        </>
      )}
    </SettingsShell>
  );
}

function MailSettings(): ReactNode {
  const query = useQuery(NOTICE_SETTINGS, NOTHING);
  return (
    <section className="section" aria-label="E-mail to you">
      <h2>E-mail to you</h2>
      <Loaded query={query} rows={4}>
        {({ noticeSettings }) =>
          noticeSettings.length === 0 ? (
            <p className="hint">Your role is written about nothing.</p>
          ) : (
            <ul className="plain-list">{noticeSettings.map((setting) => <li key={setting.kind}><MailSetting setting={setting} /></li>)}</ul>
          )
        }
      </Loaded>
    </section>
  );
}

function MailSetting({ setting: { kind, isOn } }: { readonly setting: NoticeSetting }): ReactNode {
  const announce = useAnnounce();
  const text = MAIL_TEXTS[kind];
  return (
    <div className="setting-line">
      <span>{text}</span>
      <MutationButton
        {...{ document: SET_NOTICE, input: { kind, isOn: !isOn }, className: 'quiet' }}
        onAccepted={({ setting }) => announce(setting.isOn ? `You are written to: ${text}` : `You are not written to: ${text}`)}
      >
        {isOn ? 'Turn off' : 'Turn on'}<span className="visually-hidden">{`: ${text}`}</span>
      </MutationButton>
    </div>
  );
}
