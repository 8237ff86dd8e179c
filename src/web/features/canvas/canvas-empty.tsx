'use client';

import { FileUp, FlaskConical, Plug } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { getGraph, loadSample } from '#contracts/graph';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { EmptyState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

/** The first visit: three ways to begin, and nothing else. */
export function CanvasEmpty({ onAddSource }: { readonly onAddSource: () => void }) {
  const mayAdd = usePermission('sources:write');
  const [isLoading, setLoading] = useState(false);
  if (!mayAdd) {
    return (
      <>
        <h1 className="sr-only">Home</h1>
        <EmptyState title="There is no data yet">
          When an editor of your organization brings in a file, you will see here what becomes of it.
        </EmptyState>
      </>
    );
  }
  async function startSample() {
    setLoading(true);
    try {
      await call(loadSample, {});
      await refetch(getGraph);
      toast.success('The sample data is here', {
        description: 'Sources, two transformations and a pipeline that runs them. Delete them at any time.',
      });
    } catch (error) {
      toast.problem(error, 'The sample data could not be loaded');
    } finally {
      setLoading(false);
    }
  }
  return (
    <div className="mx-auto flex min-h-full max-w-4xl flex-col justify-center gap-6 px-4 py-8">
      <div className="text-center">
        <h1 className="text-xl font-semibold">Where shall we begin?</h1>
        <p className="mt-1 text-muted">
          Your data, from where it comes to what it says, will be on this page.
        </p>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <StartCard
          icon={<FileUp aria-hidden />}
          title="Bring a file"
          onClick={onAddSource}
          text="A CSV file, for instance saved from Excel or downloaded from KoboToolbox."
        />
        <StartCard
          icon={<Plug aria-hidden />}
          title="Connect a service"
          onClick={onAddSource}
          text="See what can be connected and kept up to date by itself."
        />
        <StartCard
          icon={<FlaskConical aria-hidden />}
          title="Load the sample"
          onClick={() => void startSample()}
          isBusy={isLoading}
          text="The data of a small NGO, to try everything. It takes a few seconds."
        />
      </div>
    </div>
  );
}

interface StartCardProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly onClick: () => void;
  readonly isBusy?: boolean;
}

function StartCard({ icon, title, text, onClick, isBusy = false }: StartCardProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      disabled={isBusy}
      aria-busy={isBusy || undefined}
      className="flex items-start gap-3 rounded-lg border border-line-strong bg-surface p-4 text-start transition-colors duration-100 hover:border-accent hover:bg-accent-soft sm:flex-col"
    >
      <span className="flex size-10 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-ink [&_svg]:size-5">
        {icon}
      </span>
      <span className="min-w-0">
        <span className="block text-lg font-semibold">{isBusy ? 'Loading…' : title}</span>
        <span className="mt-0.5 block text-muted">{text}</span>
      </span>
    </button>
  );
}
