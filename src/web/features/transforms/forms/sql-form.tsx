'use client';

import { clsx } from 'clsx';
import { useRef, type KeyboardEvent } from 'react';
import { Textarea } from '../../../ui/field.tsx';
import { useEditor } from '../editor/editor-context.tsx';
import { problemAt } from '../model/check-draft.ts';
import type { StepOf } from '../model/editor-step.ts';
import { lineAndColumn, nameInSql } from '../model/sql-lines.ts';
import { StepField, useStepForm, type StepFormProps } from './form-context.tsx';

const INPUT = '{{input}}';
const fewestLines = 8;
const mostLines = 24;

/** A SELECT of one's own: lines with numbers, the wrong one marked, and the names that it can use to click on. */
export function SqlForm({ step, onChange }: StepFormProps<StepOf<'sql'>>) {
  const { columns, problems } = useStepForm();
  const { tables } = useEditor();
  const editor = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLOListElement>(null);
  const { query } = step;
  const place = problemAt(problems, 'query')?.position;
  const wrong = place === undefined ? undefined : lineAndColumn(query, place);
  const lines = query.split('\n').length;

  function write(text: string, caret: number) {
    onChange({ ...step, query: text });
    requestAnimationFrame(() => {
      editor.current?.focus();
      editor.current?.setSelectionRange(caret, caret);
    });
  }

  function insert(text: string) {
    const { selectionStart: from, selectionEnd: to } = editor.current ?? {
      selectionStart: query.length,
      selectionEnd: query.length,
    };
    write(`${query.slice(0, from)}${text}${query.slice(to)}`, from + text.length);
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    // Enter alone begins a line.
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  }

  return (
    <>
      <StepField
        name="query"
        label="SQL"
        help={
          <>
            One SELECT of PostgreSQL. <code>{INPUT}</code> is the step before; your tables have their names.
            Ctrl + Enter applies it.
          </>
        }
      >
        <div className="flex overflow-hidden rounded-md border border-line-strong bg-sunken focus-within:outline-2 focus-within:outline-accent">
          <ol
            ref={numbers}
            aria-hidden
            className="shrink-0 overflow-hidden py-2 font-mono text-sm leading-5 text-muted tabular-nums select-none"
            style={{ height: `${height(lines)}px` }}
          >
            {Array.from({ length: lines }, (_, index) => (
              <li
                key={index}
                className={clsx(
                  'px-2 text-end',
                  wrong?.line === index + 1 && 'bg-danger-soft font-semibold text-danger',
                )}
              >
                {index + 1}
              </li>
            ))}
          </ol>
          <Textarea
            ref={editor}
            dir="ltr"
            wrap="off"
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            className="resize-none rounded-none border-0! font-mono text-sm! leading-5 outline-none!"
            style={{ height: `${height(lines)}px` }}
            value={query}
            onChange={(event) => onChange({ ...step, query: event.target.value })}
            onScroll={(event) => {
              if (numbers.current !== null) numbers.current.scrollTop = event.currentTarget.scrollTop;
            }}
            onKeyDown={press}
          />
        </div>
      </StepField>
      {wrong === undefined ? null : (
        <p className="text-sm text-muted">
          Line {wrong.line}, character {wrong.column}
        </p>
      )}
      <Names about="Columns" names={columns.map((column) => nameInSql(column.name))} onPick={insert} />
      <Names
        about="Tables"
        names={[INPUT, ...tables.map((table) => nameInSql(table.display_name))]}
        onPick={insert}
      />
    </>
  );
}

/** Pixels: lines of 20 and the space around them. */
function height(lines: number): number {
  return Math.min(mostLines, Math.max(fewestLines, lines + 1)) * 20 + 16;
}

interface NamesProps {
  readonly about: string;
  readonly names: readonly string[];
  readonly onPick: (name: string) => void;
}

function Names({ about, names, onPick }: NamesProps) {
  return (
    <details className="text-sm">
      <summary className="cursor-pointer font-medium text-ink">{about}</summary>
      <ul className="mt-1 flex max-h-40 flex-wrap gap-1 overflow-y-auto">
        {names.map((name) => (
          <li key={name} className="min-w-0">
            <button
              type="button"
              className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono wrap-anywhere hover:bg-hover"
              onClick={() => onPick(name)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
