'use client';

import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import {
  openQuestions,
  stepsOf,
  type RecipeTemplate,
  type TemplateAnswers,
} from '#contracts/recipe-template';
import { previewRecipe } from '#contracts/transformations';
import type { WarehouseTable } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { Button } from '../../../ui/button.tsx';
import { DataGrid, GridSkeleton } from '../../../ui/data-grid.tsx';
import { Page } from '../../../ui/page.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { StepIcon } from '../editor/step-icon.tsx';
import { columnNaming, visibleColumns } from '../model/column-naming.ts';
import { describeStep } from '../model/step-words.ts';
import { withAnswer } from '../model/suggest-answers.ts';
import { useAnswer } from '../use-answer.ts';
import { TemplateQuestion } from './template-question.tsx';

interface TemplatePageProps {
  readonly template: RecipeTemplate;
  readonly tables: readonly WarehouseTable[];
  /** The list that it was picked from. */
  readonly from: 'templates' | 'yours';
  readonly onUse: (start: WarehouseTable, steps: readonly RecipeStep[], name: string) => void;
}

/** The questions of a template, with the steps and the rows that come out of the answers so far. */
export function TemplatePage({ template, tables, from, onUse }: TemplatePageProps) {
  const [answers, setAnswers] = useState<TemplateAnswers>({});
  const [isChecked, setChecked] = useState(false);
  const open = openQuestions(template, answers);
  const tableOf = (id: string): WarehouseTable | undefined =>
    tables.find((table) => table.name === answers[id]);
  const steps =
    open.length > 0
      ? null
      : stepsOf(
          template,
          answers,
          Object.fromEntries(template.questions.map(({ id }) => [id, visibleColumns(tableOf(id))])),
        );

  function use() {
    const start = tableOf('table');
    setChecked(true);
    if (steps === null || start === undefined) return;
    onUse(start, steps.slice(1), `${start.display_name}: ${template.name.toLocaleLowerCase()}`.slice(0, 200));
  }

  return (
    <Page
      title={template.name}
      meta={template.about}
      back={<BackLink href={`/transformations/new?start=${from}`}>New transformation</BackLink>}
      actions={
        <Button
          variant="primary"
          icon={<ArrowRight aria-hidden className="size-4 rtl:rotate-180" />}
          onClick={use}
        >
          Open in the editor
        </Button>
      }
    >
      <div className="flex flex-col gap-6 lg:flex-row">
        <form
          aria-label="Questions"
          className="flex flex-col gap-4 lg:w-[340px] lg:shrink-0"
          onSubmit={(event) => {
            event.preventDefault();
            use();
          }}
        >
          {template.questions.map((question) => {
            const asked = 'of' in question ? question : undefined;
            const parent = template.questions.find(({ id }) => id === asked?.of);
            const column = question.kind === 'values' ? answers[question.of] : undefined;
            const table =
              asked === undefined
                ? undefined
                : tableOf(parent !== undefined && 'of' in parent ? parent.of : asked.of);
            return (
              <TemplateQuestion
                key={question.id}
                question={question}
                answer={answers[question.id]}
                tables={tables}
                table={table}
                columns={visibleColumns(table)}
                column={typeof column === 'string' ? column : undefined}
                error={isChecked && open.includes(question.id) ? 'This is still to be chosen' : undefined}
                onAnswer={(answer) =>
                  setAnswers((now) => withAnswer(template.questions, now, question.id, answer, tables))
                }
              />
            );
          })}
        </form>
        <Outcome steps={steps} tables={tables} />
      </div>
    </Page>
  );
}

interface OutcomeProps {
  /** null while questions are open. */
  readonly steps: readonly RecipeStep[] | null;
  readonly tables: readonly WarehouseTable[];
}

function Outcome({ steps, tables }: OutcomeProps) {
  const key = steps === null ? null : JSON.stringify(steps);
  const { data, error, isCurrent } = useAnswer(
    key,
    (signal) =>
      call(previewRecipe, { body: { recipe: { steps: [...(steps ?? [])] }, limit: 1 } }, { signal }),
    200,
  );
  if (steps === null) {
    return (
      <p className="flex-1 self-start rounded-lg border border-dashed border-line-strong p-6 text-center text-muted">
        Answer the questions, and what comes out is shown here.
      </p>
    );
  }
  const naming = columnNaming(tables.map(visibleColumns), tables);
  return (
    <section aria-label="What comes out" className="flex min-w-0 flex-1 flex-col gap-3">
      <ol aria-label="Steps" className="flex flex-col gap-1.5 rounded-lg border border-line bg-surface p-3">
        {steps.map((step, index) => (
          // Steps of a template have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="flex items-start gap-2">
            <StepIcon type={step.type} className="mt-0.5 size-4 shrink-0 text-muted" />
            <bdi className="min-w-0 wrap-anywhere">{describeStep(step, naming)}</bdi>
          </li>
        ))}
      </ol>
      <div className="flex h-[420px] flex-col">
        {error !== undefined ? (
          <ErrorState title="These answers do not fit together" error={error} />
        ) : data === undefined || !isCurrent ? (
          <GridSkeleton />
        ) : (
          <DataGrid
            label="What comes out"
            columns={data.columns}
            version={key ?? ''}
            fetchRows={async ({ start, end }) => {
              const page = await call(previewRecipe, {
                body: { recipe: { steps: [...steps] }, offset: start, limit: end - start },
              });
              return {
                rows: page.rows,
                total: page.total_count,
                estimate: page.estimated_count ?? null,
              };
            }}
          />
        )}
      </div>
    </section>
  );
}
