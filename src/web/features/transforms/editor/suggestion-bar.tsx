'use client';

import { Sparkles } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { Menu, MenuItem, MenuLabel } from '../../../ui/menu.tsx';
import type { EditorStore } from '../model/editor-store.ts';
import { suggestionWords, type StepSuggestion } from '../model/suggest-steps.ts';
import { useColumnFacts } from './column-facts.tsx';
import { useEditor } from './editor-context.tsx';
import { addStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';

/** Adds the step, or opens its form when a person has something to decide. */
export function acceptSuggestion(store: EditorStore, suggestion: StepSuggestion): void {
  if (suggestion.needsLook) store.getState().startNew(suggestion.step);
  else addStep(store, suggestion.step);
}

/** What the data calls for, at the end of the grid's status line: one click adds the step. */
export function SuggestionMenu() {
  const { store, canEdit, draft, announce } = useEditor();
  const { suggestions, byName } = useColumnFacts();
  const titles = useColumnTitles();
  if (!canEdit || draft !== null || byName.size === 0) return null;
  if (suggestions.length === 0) return null;
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <Button
          size="sm"
          variant="ghost"
          className="h-6! px-1.5!"
          icon={<Sparkles aria-hidden className="size-3.5" />}
        >
          {suggestions.length === 1 ? '1 suggestion' : `${suggestions.length} suggestions`}
        </Button>
      }
    >
      <MenuLabel>One click adds the step; undo takes it back</MenuLabel>
      {suggestions.map((suggestion) => (
        <MenuItem
          key={suggestion.id}
          icon={<StepIcon type={editable(suggestion)} />}
          onSelect={() => {
            acceptSuggestion(store, suggestion);
            announce(suggestion.needsLook ? 'Opened' : 'Step added');
          }}
        >
          <span className="block">
            {suggestionWords(suggestion, titles.get(suggestion.column) ?? suggestion.column)}
            {suggestion.needsLook ? '…' : ''}
          </span>
          {suggestion.example === '' ? null : (
            <bdi className="block max-w-80 truncate text-sm text-muted">{suggestion.example}</bdi>
          )}
        </MenuItem>
      ))}
    </Menu>
  );
}

export function editable({ step }: StepSuggestion) {
  // No suggestion is a source.
  return step.type === 'source' ? 'select' : step.type;
}

function useColumnTitles(): ReadonlyMap<string, string> {
  const { analysis } = useEditor();
  return new Map(
    analysis.results.flatMap((result) => result.columns.map((column) => [column.name, column.display_name])),
  );
}
