'use client';

import { useMemo, useState } from 'react';
import { updateOrganization, type Organization } from '#contracts/accounts';
import { call } from '../../api.ts';
import { formatDate, formatDateTime, formatNumber } from '../../format.ts';
import { setOrganization, usePermission, useSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { Card } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { localeOptions, monthOptions, timezoneOptions } from './choices.ts';

export function OrganizationSettings() {
  const organization = useSession((state) => state.organization);
  return organization ? <Form key={organization.id} organization={organization} /> : null;
}

function Form({ organization }: { readonly organization: Organization }) {
  const mayManage = usePermission('organization:manage');
  const [draft, setDraft] = useState(organization);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const timezones = useMemo(() => timezoneOptions(organization.timezone), [organization.timezone]);
  const locales = useMemo(() => localeOptions(organization.locale), [organization.locale]);
  const months = useMemo(() => monthOptions(), []);
  const isChanged =
    draft.name.trim() !== organization.name ||
    draft.timezone !== organization.timezone ||
    draft.locale !== organization.locale ||
    draft.fiscal_year_start_month !== organization.fiscal_year_start_month;

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      const { name, timezone, locale, fiscal_year_start_month } = draft;
      const saved = await call(updateOrganization, {
        body: { name: name.trim(), timezone, locale, fiscal_year_start_month },
      });
      setOrganization(saved);
      toast.success('Saved');
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card className="max-w-xl p-4">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormProblem error={failure} />
        {mayManage ? null : <p className="text-muted">Only owners and admins may change these.</p>}
        <Field label="Name" {...(draft.name.trim() === '' ? { error: 'Give it a name' } : {})}>
          <Input
            value={draft.name}
            disabled={!mayManage}
            maxLength={200}
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
          />
        </Field>
        <Field label="Timezone" help="Schedules run by this clock.">
          <Combobox
            value={draft.timezone}
            options={timezones}
            disabled={!mayManage}
            searchPlaceholder="City or region"
            onChange={(timezone) => setDraft({ ...draft, timezone })}
          />
        </Field>
        <Field label="Numbers and dates" help={<Example organization={draft} />}>
          <Combobox
            value={draft.locale}
            options={locales}
            disabled={!mayManage}
            searchPlaceholder="Language or country"
            onChange={(locale) => setDraft({ ...draft, locale })}
          />
        </Field>
        <Field label="Fiscal year begins in">
          <Select
            value={String(draft.fiscal_year_start_month)}
            options={months}
            disabled={!mayManage}
            onChange={(month) => setDraft({ ...draft, fiscal_year_start_month: Number(month) })}
          />
        </Field>
        {mayManage ? (
          <Button
            type="submit"
            variant="primary"
            isBusy={isBusy}
            disabled={!isChanged || draft.name.trim() === ''}
            className="self-start"
          >
            Save
          </Button>
        ) : null}
      </form>
    </Card>
  );
}

function Example({ organization }: { readonly organization: Organization }) {
  const [now] = useState(() => new Date());
  return (
    <>
      {formatNumber(1234567.5, organization)} · {formatDate(now, organization)} ·{' '}
      {formatDateTime(now, organization)}
    </>
  );
}
