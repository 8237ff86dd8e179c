'use client';

import type { ReactNode } from 'react';
import type { RecipeTemplate } from '#contracts/recipe-template';
import { StepIcon } from '../editor/step-icon.tsx';

interface TemplateGalleryProps {
  readonly label: string;
  readonly templates: readonly Pick<RecipeTemplate, 'id' | 'name' | 'about' | 'icon'>[];
  readonly onPick: (id: string) => void;
  /** Shown where there are none. */
  readonly empty?: ReactNode;
}

/** Work to begin with, each as a card that says what comes out. */
export function TemplateGallery({ label, templates, onPick, empty }: TemplateGalleryProps) {
  if (templates.length === 0) return empty;
  return (
    <ul aria-label={label} className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {templates.map((template) => (
        <li key={template.id}>
          <button
            type="button"
            onClick={() => onPick(template.id)}
            className="flex size-full touch-target items-start gap-3 rounded-lg border border-line bg-surface p-4 text-start hover:border-accent hover:bg-hover"
          >
            <StepIcon type={template.icon} className="mt-0.5 size-5 shrink-0 text-accent-ink" />
            <span className="min-w-0">
              <bdi className="block font-medium wrap-anywhere">{template.name}</bdi>
              <span className="mt-0.5 block text-sm text-muted">{template.about}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
