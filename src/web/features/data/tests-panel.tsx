'use client';

import { Ellipsis, Pencil, Play, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  createDataTest,
  deleteDataTest,
  listDataTests,
  runDataTests,
  suggestDataTests,
  type DataTest,
} from '#contracts/data-tests';
import type { TableColumn } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { TestDialog } from './test-dialog.tsx';
import { FailingRows, TestBadge } from './test-result.tsx';

interface TestsPanelProps {
  /** Physical name of the table. */
  readonly name: string;
  /** It has rows that can be tested and that suggestions can be drawn from. */
  readonly isMade: boolean;
}

/** The tests of a table: what has to hold, whether it did the last time, and what looks meant to hold. */
export function TestsPanel({ name, isMade }: TestsPanelProps) {
  const { data, error, mutate } = useApi(listDataTests, { params: { name } });
  const mayWrite = usePermission('transformations:write');
  const mayRun = usePermission('transformations:run');
  const [editing, setEditing] = useState<DataTest | 'new'>();
  const [isBusy, setBusy] = useState(false);
  if (error !== undefined && !data)
    return <ErrorState title="The tests could not be read" error={error} onRetry={() => void mutate()} />;
  if (!data) return <SkeletonRows rows={4} />;

  async function runNow() {
    setBusy(true);
    try {
      const { items } = await call(runDataTests, { params: { name } });
      await refetch(listDataTests);
      const failed = items.filter((each) => each.status !== 'passed').length;
      if (failed === 0) toast.success('Every test passed');
      else toast.error(failed === 1 ? '1 test did not pass' : `${failed} tests did not pass`);
    } catch (failure) {
      toast.problem(failure, 'The tests could not be run');
    } finally {
      setBusy(false);
    }
  }
  const add = mayWrite ? (
    <Button
      variant="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => setEditing('new')}
    >
      Add test
    </Button>
  ) : undefined;
  return (
    <div className="flex flex-col gap-5">
      {data.items.length === 0 ? (
        <EmptyState icon={<ShieldCheck aria-hidden />} title="No data tests yet" action={add}>
          A test says what has to hold, for instance that an id never repeats. It is asked whenever the table
          is made: you hear of it when something does not pass, and bad data can be kept out.
        </EmptyState>
      ) : (
        <section aria-label="Tests" className="flex flex-col gap-2">
          <div className="flex flex-wrap gap-2">
            {add}
            {mayRun && isMade ? (
              <Button
                icon={<Play aria-hidden className="size-4" />}
                isBusy={isBusy}
                onClick={() => void runNow()}
              >
                Ask them now
              </Button>
            ) : null}
          </div>
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {data.items.map((test) => (
              <TestRow
                key={test.id}
                test={test}
                columns={data.columns}
                onEdit={mayWrite ? () => setEditing(test) : undefined}
              />
            ))}
          </ul>
        </section>
      )}
      {mayWrite && isMade ? <Suggestions name={name} count={data.items.length} /> : null}
      {editing === undefined ? null : (
        <TestDialog
          table={name}
          columns={data.columns}
          test={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

function columnsOf(rule: DataTest['rule']): readonly string[] {
  if (rule.kind === 'unique') return rule.columns;
  return 'column' in rule ? [rule.column] : [];
}

interface TestRowProps {
  readonly test: DataTest;
  readonly columns: readonly TableColumn[];
  readonly onEdit: (() => void) | undefined;
}

function TestRow({ test, columns, onEdit }: TestRowProps) {
  const last = test.last_result;
  async function remove() {
    try {
      await call(deleteDataTest, { params: { id: test.id } });
      await refetch(listDataTests, suggestDataTests);
      toast.success('The test was removed');
    } catch (error) {
      toast.problem(error, 'The test could not be removed');
    }
  }
  return (
    <li className="flex items-start gap-2 px-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <bdi className="font-medium wrap-anywhere">{test.title}</bdi>
          <TestBadge result={last} />
          {test.severity === 'stop' ? <Badge>Keeps bad data out</Badge> : null}
        </p>
        {last === null ? null : (
          <p className="text-sm text-muted">
            {last.message} · <RelativeTime value={last.checked_at} />
          </p>
        )}
        {last === null || last.status === 'passed' ? null : (
          <FailingRows result={last} columns={columns} about={columnsOf(test.rule)} />
        )}
      </div>
      {onEdit === undefined ? null : (
        <Menu
          trigger={
            <IconButton
              label={`Actions for ${test.title}`}
              icon={<Ellipsis aria-hidden className="size-4" />}
            />
          }
        >
          <MenuItem icon={<Pencil aria-hidden />} onSelect={onEdit}>
            Change…
          </MenuItem>
          <MenuItem icon={<Trash2 aria-hidden />} isDangerous onSelect={() => void remove()}>
            Remove
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}

/** Tests that the data passes today, each one click away. */
function Suggestions({ name, count }: { readonly name: string; readonly count: number }) {
  const { data, mutate } = useApi(suggestDataTests, { params: { name } }, { shouldRetryOnError: false });
  const [adding, setAdding] = useState<string>();
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  async function add(item: (typeof items)[number]) {
    setAdding(item.title);
    try {
      await call(createDataTest, { params: { name }, body: { rule: item.rule, severity: 'warn' } });
      await Promise.all([refetch(listDataTests), mutate()]);
    } catch (error) {
      toast.problem(error, 'The test could not be added');
    } finally {
      setAdding(undefined);
    }
  }
  return (
    <section aria-label="Suggested tests" className="flex flex-col gap-2">
      <h2 className="text-base font-semibold">{count === 0 ? 'Begin with these' : 'Suggested'}</h2>
      <p className="text-sm text-muted">They all hold for the data of today.</p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {items.map((item) => (
          <li key={item.title} className="flex items-center gap-2 px-3 py-2">
            <div className="min-w-0 flex-1">
              <bdi className="wrap-anywhere">{item.title}</bdi>
              <p className="text-sm text-muted">{item.reason}</p>
            </div>
            <Button
              size="sm"
              aria-label={`Add the test: ${item.title}`}
              isBusy={adding === item.title}
              onClick={() => void add(item)}
            >
              Add
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
