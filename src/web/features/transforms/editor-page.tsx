'use client';

import { FileUp } from 'lucide-react';
import dynamic from 'next/dynamic';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { getTransformation, listTransformations } from '#contracts/transformations';
import { call, useApi } from '../../api.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton, SkeletonRows } from '../../ui/states.tsx';
import type { EditorStart } from './editor/use-editor-session.ts';
import { useTables } from './editor/use-tables.ts';
import { useUrlParam } from '../../use-url-param.ts';
import { useAnswer } from './use-answer.ts';
import { findTemplate, StartTabs } from './templates/start-tabs.tsx';
import { TemplatePage } from './templates/template-page.tsx';

type NewStart = Extract<EditorStart, { kind: 'new' }>;

const loadEditor = async () => (await import('./editor/editor.tsx')).Editor;
const Editor = dynamic(loadEditor, { ssr: false, loading: () => <EditorSkeleton /> });

/** The editor of a transformation; `id` null starts a new one, from `?table=` or a list to choose from. */
export function EditorPage({ id }: { readonly id: string | null }) {
  return id === null ? <NewTransformation /> : <ExistingTransformation id={id} />;
}

function NewTransformation() {
  const router = useRouter();
  const pathname = usePathname();
  // While one chooses how to begin, the editor arrives.
  useEffect(() => void loadEditor(), []);
  const search = useSearchParams();
  const [wanted, setWanted] = useUrlParam('table', { isStep: true });
  const wantedTemplate = search.get('template');
  const { data: tables, error, mutate } = useTables();
  const transformations = useApi(listTransformations, { query: { limit: 500 } }).data?.items;
  // Kept, so that the editor stays what it is when its address becomes that of the saved transformation; another address
  // of this page begins another one.
  const [chosen, setChosen] = useState<{ readonly start: NewStart; readonly at: string }>();
  const at = search.toString();
  const isLeft = chosen !== undefined && pathname === '/transformations/new' && at !== chosen.at;
  if (isLeft) setChosen(undefined);
  const table = tables?.find((one) => one.name === wanted);
  if (table !== undefined && chosen === undefined) setChosen({ start: { kind: 'new', table }, at });

  if (error !== undefined && tables === undefined) {
    return (
      <Page title="New transformation">
        <ErrorState title="The tables could not be read" error={error} onRetry={() => void mutate()} />
      </Page>
    );
  }
  if (tables === undefined) return <EditorSkeleton />;
  if (chosen !== undefined && !isLeft) return <Editor key={chosen.at} start={chosen.start} tables={tables} />;
  // One of the organization's own is known only with its list.
  if (wantedTemplate !== null && transformations === undefined) return <EditorSkeleton />;
  const template =
    wantedTemplate === null ? undefined : findTemplate(wantedTemplate, transformations ?? [], tables);
  if (template !== undefined && tables.length > 0) {
    return (
      <TemplatePage
        key={template.id}
        template={template}
        tables={tables}
        from={search.get('start') === 'yours' ? 'yours' : 'templates'}
        onUse={(start, steps, name) => setChosen({ start: { kind: 'new', table: start, steps, name }, at })}
      />
    );
  }
  return (
    <Page title="New transformation" meta="Choose what to start with">
      {wanted === null ? null : (
        <p role="status" className="mb-3 rounded-md bg-warning-soft px-3 py-2 text-warning">
          The table “{wanted}” does not exist any more. Choose another one.
        </p>
      )}
      {tables.length === 0 ? (
        <EmptyState
          icon={<FileUp aria-hidden />}
          title="There is no data yet"
          action={
            <LinkButton variant="primary" href="/sources?add=1">
              Add a source
            </LinkButton>
          }
        >
          A transformation cleans, combines and summarizes tables. Bring in a file or connect a service first.
        </EmptyState>
      ) : (
        <StartTabs
          tables={tables}
          transformations={(transformations ?? []).filter(({ recipe }) => recipe.steps.length > 1)}
          onPickTable={({ name }) => setWanted(name)}
          onPickTemplate={(id) =>
            router.push(
              `/transformations/new?start=${search.get('start') ?? 'templates'}&template=${encodeURIComponent(id)}`,
            )
          }
        />
      )}
    </Page>
  );
}

function ExistingTransformation({ id }: { readonly id: string }) {
  const { data: tables, error: tablesError, mutate } = useTables();
  const { transformation, error, retry } = useNewest(id);
  if (error !== undefined || (tablesError !== undefined && tables === undefined)) {
    return (
      <Page title="Transformation">
        <ErrorState
          title="The transformation could not be opened"
          error={error ?? tablesError}
          onRetry={() => {
            retry();
            void mutate();
          }}
        />
      </Page>
    );
  }
  if (transformation === undefined || tables === undefined) return <EditorSkeleton />;
  return <Editor start={{ kind: 'existing', transformation }} tables={tables} />;
}

/** The transformation as it is now. Not from the cache: editing an old version would end in a conflict. */
function useNewest(id: string) {
  const [attempt, setAttempt] = useState(0);
  const { data, error } = useAnswer(`${id} ${attempt}`, (signal) =>
    call(getTransformation, { params: { id } }, { signal }),
  );
  return { transformation: data, error, retry: () => setAttempt((count) => count + 1) };
}

function EditorSkeleton() {
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-13 shrink-0 items-center justify-between border-b border-line bg-surface px-4">
        <Skeleton className="h-6 w-64" />
        <Skeleton className="h-8 w-28" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="hidden w-[260px] border-e border-line p-3 md:block">
          <SkeletonRows rows={4} />
        </div>
        <div className="flex-1 p-3">
          <SkeletonRows rows={10} />
        </div>
      </div>
    </div>
  );
}
