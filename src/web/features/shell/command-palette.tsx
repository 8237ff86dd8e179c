'use client';

import { Command } from 'cmdk';
import { Play, Plus, RefreshCw, Search, Shuffle, Table2, Workflow, type LucideIcon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useRef, useState, type ReactNode } from 'react';
import { listPipelines, runPipeline } from '#contracts/pipelines';
import { listSources, syncSource } from '#contracts/sources';
import { listTransformations } from '#contracts/transformations';
import { listTables } from '#contracts/warehouse';
import { call, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { toast } from '../../ui/toast.tsx';
import { navigation, settingsItem } from './navigation.ts';
import { pageActions } from './page-actions.ts';

const everything = { query: { limit: 500 } };

/** Ctrl-K: do what the page offers, or go anywhere, by typing a part of its name. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const sources = useApi(listSources, everything).data?.items;
  const tables = useApi(listTables, everything).data?.items;
  const transformations = useApi(listTransformations, everything).data?.items;
  const pipelines = useApi(listPipelines, everything).data?.items;
  const maySource = usePermission('sources:write');
  const mayTransform = usePermission('transformations:write');
  const mayRun = usePermission('pipelines:run');
  const maySync = usePermission('sources:run');
  const [search, setSearch] = useState('');
  const [here] = useState(pageActions);
  const hasActed = useRef(false);
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  const act = (run: () => void) => {
    hasActed.current = true;
    onClose();
    // Once this window has let go of the focus, so that what opens can take it.
    requestAnimationFrame(run);
  };
  const start = (label: string, run: () => Promise<unknown>) =>
    act(() => {
      run().then(
        () => toast.success(label),
        (error: unknown) => toast.problem(error, 'It could not be started'),
      );
    });
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade-in bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            if (hasActed.current) event.preventDefault();
          }}
          className="fixed inset-x-0 top-[10vh] z-50 mx-auto w-[calc(100%-2rem)] max-w-xl animate-pop-in overflow-hidden rounded-lg bg-surface shadow-dialog"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command loop label="Search" filter={likeness}>
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search aria-hidden className="size-4 shrink-0 text-muted" />
              <Command.Input
                autoFocus
                value={search}
                onValueChange={setSearch}
                placeholder="Do something, or go to a page, table, transformation …"
                className="h-12 w-full bg-transparent text-lg outline-none"
              />
            </div>
            <Command.List className="max-h-[60vh] overflow-y-auto p-2">
              <Command.Empty className="px-2 py-6 text-center text-muted">
                Nothing has this name.
              </Command.Empty>
              {here.map(({ heading, actions }) => (
                <Group key={heading} heading={heading}>
                  {actions.map((action) => (
                    <Item
                      key={action.label}
                      value={`${heading} ${action.label}`}
                      keywords={[action.label, action.words ?? '']}
                      icon={action.icon}
                      name={action.label}
                      hint={action.hint}
                      onSelect={() => act(action.run)}
                    />
                  ))}
                </Group>
              ))}
              <Group heading="Pages">
                {[...navigation, settingsItem].map((item) => (
                  <Entry key={item.href} id={item.href} icon={item.icon} name={item.label} onSelect={go} />
                ))}
                {maySource ? <Entry id="/sources?add=1" icon={Plus} name="Add source" onSelect={go} /> : null}
                {mayTransform ? (
                  <Entry id="/transformations/new" icon={Plus} name="New transformation" onSelect={go} />
                ) : null}
              </Group>
              <Group heading="Sources">
                {sources?.map((one) => (
                  <Entry
                    key={one.id}
                    id={`/sources/${one.id}`}
                    icon={sourceIcon}
                    name={one.name}
                    onSelect={go}
                  />
                ))}
              </Group>
              <Group heading="Tables">
                {tables?.map((one) => (
                  <Entry
                    key={one.name}
                    id={`/data/${encodeURIComponent(one.name)}`}
                    icon={Table2}
                    name={one.display_name}
                    onSelect={go}
                  />
                ))}
              </Group>
              <Group heading="Transformations">
                {transformations?.map((one) => (
                  <Entry
                    key={one.id}
                    id={`/transformations/${one.id}`}
                    icon={Shuffle}
                    name={one.name}
                    onSelect={go}
                  />
                ))}
              </Group>
              <Group heading="Pipelines">
                {pipelines?.map((one) => (
                  <Entry
                    key={one.id}
                    id={`/pipelines/${one.id}`}
                    icon={Workflow}
                    name={one.name}
                    onSelect={go}
                  />
                ))}
              </Group>
              {/* What runs something is only found by those who look for it. */}
              {search === '' ? null : (
                <Group heading="Run">
                  {mayRun
                    ? pipelines?.map((one) => (
                        <Item
                          key={one.id}
                          value={`run ${one.id}`}
                          keywords={[`Run ${one.name}`]}
                          icon={<Play aria-hidden />}
                          name={`Run ${one.name}`}
                          onSelect={() =>
                            start(`${one.name} has started`, () =>
                              call(runPipeline, { params: { id: one.id } }),
                            )
                          }
                        />
                      ))
                    : null}
                  {maySync
                    ? sources?.map((one) => (
                        <Item
                          key={one.id}
                          value={`sync ${one.id}`}
                          keywords={[`Sync ${one.name}`]}
                          icon={<RefreshCw aria-hidden />}
                          name={`Sync ${one.name}`}
                          onSelect={() =>
                            start(`${one.name} was synced`, () =>
                              call(syncSource, { params: { id: one.id } }),
                            )
                          }
                        />
                      ))
                    : null}
                </Group>
              )}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Every word that was typed occurs; in a name it counts more than in what explains it. */
function likeness(_: string, search: string, keywords: string[] = []): number {
  const [name = '', about = ''] = keywords.map((text) => text.toLocaleLowerCase());
  const words = search.toLocaleLowerCase().split(/\s+/);
  if (!words.every((word) => name.includes(word) || about.includes(word))) return 0;
  if (name.startsWith(search.toLocaleLowerCase())) return 1;
  return words.every((word) => name.includes(word)) ? 0.8 : 0.4;
}

const sourceIcon = navigation.find((item) => item.href === '/sources')?.icon ?? Table2;

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

interface EntryProps {
  /** Its address; also what makes it unique, since two things may have one name. */
  readonly id: string;
  readonly icon: LucideIcon;
  readonly name: string;
  readonly onSelect: (href: string) => void;
}

function Entry({ id, icon: Icon, name, onSelect }: EntryProps) {
  return (
    <Item
      value={id}
      keywords={[name]}
      icon={<Icon aria-hidden />}
      name={name}
      onSelect={() => onSelect(id)}
    />
  );
}

interface ItemProps {
  /** Makes it unique. */
  readonly value: string;
  readonly keywords: string[];
  readonly icon: ReactNode;
  readonly name: string;
  readonly hint?: string | undefined;
  readonly onSelect: () => void;
}

function Item({ value, keywords, icon, name, hint, onSelect }: ItemProps) {
  return (
    <Command.Item
      value={value}
      keywords={keywords}
      onSelect={onSelect}
      className="flex h-9 touch-target cursor-pointer items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted"
    >
      {icon}
      <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
      {hint === undefined ? null : <kbd className="font-sans text-xs text-muted">{hint}</kbd>}
    </Command.Item>
  );
}
