'use client';

import { usePermission } from '../../session.ts';
import { Page } from '../../ui/page.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { useQueryState } from '../../ui/use-query-state.ts';
import { AuditLog } from '../administration/audit-log.tsx';
import { Storage } from '../administration/storage.tsx';
import { NotificationSettings } from '../notifications/notification-settings.tsx';
import { ApiKeys } from './api-keys.tsx';
import { OrganizationSettings } from './organization-settings.tsx';
import { WebhookSettings } from '../notifications/webhook-settings.tsx';
import { PasswordSettings } from './password-settings.tsx';
import { People } from './people.tsx';

export function SettingsPage() {
  const [tab, setTab] = useQueryState('tab', 'organization');
  const maySeePeople = usePermission('organization:read');
  const mayManage = usePermission('organization:manage');
  return (
    <Page title="Settings">
      <Tabs
        label="Settings"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'organization', label: 'Organization' },
          ...(maySeePeople ? [{ value: 'people', label: 'People' }] : []),
          { value: 'notifications', label: 'Notifications' },
          ...(mayManage ? [{ value: 'webhooks', label: 'Webhooks' }] : []),
          ...(mayManage
            ? [
                { value: 'storage', label: 'Storage' },
                { value: 'audit', label: 'Audit' },
              ]
            : []),
          { value: 'keys', label: 'API keys' },
          { value: 'password', label: 'My password' },
        ]}
      >
        <TabPanel value="organization">
          <OrganizationSettings />
        </TabPanel>
        <TabPanel value="people">
          <People />
        </TabPanel>
        <TabPanel value="notifications">
          <NotificationSettings />
        </TabPanel>
        <TabPanel value="webhooks">
          <WebhookSettings />
        </TabPanel>
        <TabPanel value="storage">
          <Storage />
        </TabPanel>
        <TabPanel value="audit">
          <AuditLog />
        </TabPanel>
        <TabPanel value="keys">
          <ApiKeys />
        </TabPanel>
        <TabPanel value="password">
          <PasswordSettings />
        </TabPanel>
      </Tabs>
    </Page>
  );
}
