'use client';

import {
  ChevronRight,
  Code,
  Copy,
  CopyPlus,
  Ellipsis,
  FileCode,
  FolderArchive,
  History,
  Play,
  Redo2,
  TableProperties,
  Trash2,
  Undo2,
  Unplug,
  Upload,
} from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { createTransformation, exportTransformation } from '#contracts/transformations';
import { call, urlOf } from '../../../api.ts';
import { usePermission } from '../../../session.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.tsx';
import { usePageActions } from '../../shell/page-actions.ts';
import { download, safeFilename } from '../../data/download.ts';
import { recipeOf } from '../model/editor-step.ts';
import { useEditor, useEditorState } from './editor-context.tsx';
import { OtherEditors } from './other-editors.tsx';
import { RunBar } from './run-bar.tsx';
import { SaveStatus } from './save-status.tsx';
import { Unpublished, usePublish } from './unpublished.tsx';
import { useStepActions } from './use-editor-actions.tsx';
import { useRun } from './use-run.ts';

// What is opened now and then comes when it is opened.
const DeleteTransformationDialog = dynamic(
  async () => (await import('../delete-transformation-dialog.tsx')).DeleteTransformationDialog,
  { ssr: false },
);
const EjectDialog = dynamic(async () => (await import('./eject-dialog.tsx')).EjectDialog, { ssr: false });
const OutputDialog = dynamic(async () => (await import('./output-dialog.tsx')).OutputDialog, { ssr: false });
const RunNameDialog = dynamic(async () => (await import('./run-name-dialog.tsx')).RunNameDialog, {
  ssr: false,
});
const SqlDialog = dynamic(async () => (await import('./sql-dialog.tsx')).SqlDialog, { ssr: false });
const VersionsPanel = dynamic(async () => (await import('./versions-panel.tsx')).VersionsPanel, {
  ssr: false,
});

type OpenPart = 'sql' | 'history' | 'name' | 'delete' | 'output' | 'eject' | null;

/** Name, saved state, undo and redo, history, run and the rest. */
export function EditorHeader() {
  const { store, autosave, analysis, canEdit: mayWrite } = useEditor();
  const router = useRouter();
  const [open, setOpen] = useState<OpenPart>(null);
  const id = useEditorState((state) => state.id);
  const name = useEditorState((state) => state.name);
  const outputName = useEditorState((state) => state.outputTableName);
  const canUndo = useEditorState((state) => state.history.past.length > 0);
  const canRedo = useEditorState((state) => state.history.future.length > 0);
  const mayRun = usePermission('transformations:run');
  const run = useRun();
  const publishing = usePublish();
  const stepActions = useStepActions();
  const stepCount = useEditorState((state) => state.history.present.length);
  const brokenAt = analysis.results.findIndex((result) => result.errors.length > 0);

  function start() {
    store.getState().stopEditing();
    if (brokenAt >= 0) {
      const broken = store.getState().history.present[brokenAt];
      if (broken) store.getState().select(broken.id);
      toast.error(`Step ${brokenAt + 1} needs a correction first`, { id: 'run' });
    } else if (outputName === null) setOpen('name');
    else void run.start();
  }

  async function exportAs(format: 'sql' | 'dbt') {
    if (id === null) return;
    try {
      // What is exported is what is saved.
      await autosave.flush();
      const filename = safeFilename(outputName ?? name, format === 'sql' ? 'sql' : 'dbt.zip');
      if (await download(urlOf(exportTransformation.path, { id }, { format }), filename))
        toast.success(`${filename} was downloaded`);
    } catch (error) {
      toast.problem(error, 'It could not be exported');
    }
  }

  async function duplicate() {
    try {
      const copy = await call(createTransformation, {
        body: { name: `${name} (copy)`.slice(0, 200), recipe: recipeOf(store.getState().history.present) },
      });
      router.push(`/transformations/${copy.id}`);
    } catch (error) {
      toast.problem(error, 'The copy could not be made');
    }
  }

  usePageActions([
    {
      heading: 'This transformation',
      actions: [
        ...(mayRun && mayWrite
          ? [{ label: 'Save & run', icon: <Play aria-hidden />, words: 'execute start', run: start }]
          : []),
        ...(publishing.publish === undefined
          ? []
          : [{ label: 'Publish', icon: <Upload aria-hidden />, run: publishing.publish }]),
        ...(canUndo
          ? [{ label: 'Undo', icon: <Undo2 aria-hidden />, hint: 'Ctrl Z', run: store.getState().undo }]
          : []),
        ...(canRedo
          ? [{ label: 'Redo', icon: <Redo2 aria-hidden />, hint: 'Ctrl Y', run: store.getState().redo }]
          : []),
        ...(id === null
          ? []
          : [
              {
                label: 'History',
                icon: <History aria-hidden />,
                words: 'versions restore',
                run: () => setOpen('history'),
              },
              {
                label: 'Result and data tests',
                icon: <TableProperties aria-hidden />,
                run: () => setOpen('output'),
              },
            ]),
        { label: 'View SQL', icon: <Code aria-hidden />, run: () => setOpen('sql') },
        ...(mayWrite
          ? [{ label: 'Duplicate', icon: <Copy aria-hidden />, run: () => void duplicate() }]
          : []),
      ],
    },
    ...stepActions,
  ]);

  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-surface px-3 py-2">
        <div className="flex min-w-0 flex-1 basis-60 items-center gap-1">
          <Link
            href="/transformations"
            className="hidden shrink-0 text-muted hover:text-ink hover:underline lg:block"
          >
            Transformations
          </Link>
          <ChevronRight aria-hidden className="hidden size-4 shrink-0 text-faint lg:block rtl:rotate-180" />
          <h1 className="min-w-0 flex-1">
            <span className="sr-only">{name}</span>
            <NameInput
              name={name}
              isReadOnly={!mayWrite}
              onRename={(next) => store.getState().rename(next)}
            />
          </h1>
        </div>
        <OtherEditors />
        <SaveStatus />
        <Unpublished publishing={publishing} />
        <div className="flex items-center">
          <IconButton
            label="Undo"
            icon={<Undo2 aria-hidden className="size-4" />}
            disabled={!canUndo}
            onClick={() => store.getState().undo()}
          />
          <IconButton
            label="Redo"
            icon={<Redo2 aria-hidden className="size-4" />}
            disabled={!canRedo}
            onClick={() => store.getState().redo()}
          />
          <IconButton
            label="History"
            icon={<History aria-hidden className="size-4" />}
            disabled={id === null}
            onClick={() => setOpen('history')}
          />
        </div>
        <Button
          variant="primary"
          icon={<Play aria-hidden className="size-4" />}
          isBusy={run.isActive}
          disabled={!mayRun || !mayWrite}
          onClick={start}
        >
          Save & run
        </Button>
        <Menu trigger={<IconButton label="More" icon={<Ellipsis aria-hidden className="size-4" />} />}>
          <MenuItem icon={<Copy aria-hidden />} disabled={!mayWrite} onSelect={() => void duplicate()}>
            Duplicate
          </MenuItem>
          <MenuItem
            icon={<CopyPlus aria-hidden />}
            disabled={!mayWrite || id === null || stepCount < 2}
            onSelect={() => router.push(`/transformations/new?start=yours&template=${id}`)}
          >
            Use for other tables…
          </MenuItem>
          <MenuItem
            icon={<TableProperties aria-hidden />}
            disabled={id === null}
            onSelect={() => setOpen('output')}
          >
            Result and data tests…
          </MenuItem>
          <MenuSeparator />
          <MenuLabel>Advanced</MenuLabel>
          <MenuItem icon={<Code aria-hidden />} onSelect={() => setOpen('sql')}>
            View SQL
          </MenuItem>
          <MenuItem
            icon={<FileCode aria-hidden />}
            disabled={id === null || brokenAt >= 0}
            onSelect={() => void exportAs('sql')}
          >
            Export as SQL file
          </MenuItem>
          <MenuItem
            icon={<FolderArchive aria-hidden />}
            disabled={id === null || brokenAt >= 0}
            onSelect={() => void exportAs('dbt')}
          >
            Export as dbt project
          </MenuItem>
          <MenuItem
            icon={<Unplug aria-hidden />}
            disabled={!mayWrite || brokenAt >= 0 || stepCount < 2}
            onSelect={() => setOpen('eject')}
          >
            Turn into SQL…
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            icon={<Trash2 aria-hidden />}
            isDangerous
            disabled={id === null || !mayWrite}
            onSelect={() => setOpen('delete')}
          >
            Delete…
          </MenuItem>
        </Menu>
      </header>
      <RunBar run={run} />
      {open === 'sql' ? <SqlDialog onClose={() => setOpen(null)} /> : null}
      {open === 'history' ? <VersionsPanel onClose={() => setOpen(null)} /> : null}
      {open === 'name' ? (
        <RunNameDialog
          suggestion={name}
          onClose={() => setOpen(null)}
          onRun={(output) => {
            setOpen(null);
            store.getState().nameOutput(output);
            void run.start();
          }}
        />
      ) : null}
      {open === 'output' && id !== null ? <OutputDialog id={id} onClose={() => setOpen(null)} /> : null}
      {open === 'eject' ? <EjectDialog onClose={() => setOpen(null)} /> : null}
      {open === 'delete' && id !== null ? (
        <DeleteTransformationDialog
          id={id}
          name={name}
          onClose={() => setOpen(null)}
          onDeleted={() => router.push('/transformations')}
        />
      ) : null}
    </>
  );
}

interface NameInputProps {
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly onRename: (name: string) => void;
}

/** Named in place: what is typed counts when one leaves the field or presses Enter; Escape takes it back. */
function NameInput({ name, isReadOnly, onRename }: NameInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  function finish() {
    if (typed !== null && typed.trim() !== '') onRename(typed.trim());
    setTyped(null);
  }
  return (
    <input
      aria-label="Name of the transformation"
      dir="auto"
      maxLength={200}
      readOnly={isReadOnly}
      value={typed ?? name}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setTyped(null);
      }}
      className="h-9 w-full min-w-0 touch-target truncate rounded-md border border-transparent bg-transparent px-2 text-lg font-semibold text-ink hover:border-line focus:border-line-strong focus:bg-surface"
    />
  );
}
