'use client';

import { CircleAlert, Trash2 } from 'lucide-react';
import type { RecipeStep } from '#contracts/recipe';
import { IconButton } from '../../../ui/button.tsx';
import { describeStep } from '../model/step-words.ts';
import { AddColumnForm } from './add-column-form.tsx';
import { CategorizeForm } from './categorize-form.tsx';
import { CleanForm } from './clean-form.tsx';
import { FilterForm } from './filter-form.tsx';
import { useStepForm } from './form-context.tsx';
import { FormulaForm } from './formula-form.tsx';
import { GroupForm } from './group-form.tsx';
import { JoinForm } from './join-form.tsx';
import { RenameForm } from './rename-form.tsx';
import { ReorderForm } from './reorder-form.tsx';
import { CastForm } from './cast-form.tsx';
import { ParseDateForm } from './parse-date-form.tsx';
import { ReplaceValuesForm } from './replace-values-form.tsx';
import { FillEmptyForm } from './fill-empty-form.tsx';
import { SplitColumnForm } from './split-column-form.tsx';
import { MergeColumnsForm } from './merge-columns-form.tsx';
import { ExtractTextForm } from './extract-text-form.tsx';
import { DatePartForm } from './date-part-form.tsx';
import { StackForm } from './stack-form.tsx';
import { UnpivotForm } from './unpivot-form.tsx';
import { PivotForm } from './pivot-form.tsx';
import { TopNForm } from './top-n-form.tsx';
import { SampleForm } from './sample-form.tsx';
import { ListToRowsForm } from './list-to-rows-form.tsx';
import { WindowForm } from './window-form.tsx';
import { LookupForm } from './lookup-form.tsx';
import { BinForm } from './bin-form.tsx';
import { MaskForm } from './mask-form.tsx';
import { FlattenJsonForm } from './flatten-json-form.tsx';
import { DuplicatesForm } from './duplicates-form.tsx';
import { SelectForm } from './select-form.tsx';
import { FuzzyMatchForm } from './fuzzy-match-form.tsx';
import { SortForm } from './sort-form.tsx';
import { SqlForm } from './sql-form.tsx';

interface AnyStepFormProps {
  readonly step: RecipeStep;
  /** "Condition 2" where there are several. */
  readonly title: string | null;
  readonly onChange: (step: RecipeStep) => void;
  readonly onRemove: (() => void) | null;
}

/** The form for a step of any type, with the problems that belong to no field of it. */
export function StepForm({ step, title, onChange, onRemove }: AnyStepFormProps) {
  const { problems } = useStepForm();
  const whole = problems.filter((problem) => problem.field === '');
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      {title === null ? null : (
        <legend className="float-start flex w-full items-center justify-between border-t border-line pt-3">
          <span className="text-sm font-semibold text-muted">{title}</span>
          {onRemove === null ? null : (
            <IconButton
              size="sm"
              label={`Remove ${title.toLowerCase()}`}
              icon={<Trash2 aria-hidden className="size-4" />}
              onClick={onRemove}
            />
          )}
        </legend>
      )}
      {whole.map((problem) => (
        <p key={problem.message} role="alert" className="flex items-start gap-1.5 text-sm text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {problem.message}
        </p>
      ))}
      <Fields step={step} onChange={onChange} />
    </fieldset>
  );
}

/** What a step does that has no fields here. */
function InWords({ step }: Pick<AnyStepFormProps, 'step'>) {
  const { naming } = useStepForm();
  return <p>{describeStep(step, naming)}</p>;
}

function Fields({ step, onChange }: Pick<AnyStepFormProps, 'step' | 'onChange'>) {
  switch (step.type) {
    case 'filter':
      return <FilterForm step={step} onChange={onChange} />;
    case 'join':
      return <JoinForm step={step} onChange={onChange} />;
    case 'group':
      return <GroupForm step={step} onChange={onChange} />;
    case 'select':
      return <SelectForm step={step} onChange={onChange} />;
    case 'sort':
      return <SortForm step={step} onChange={onChange} />;
    case 'clean':
      return <CleanForm step={step} onChange={onChange} />;
    case 'categorize':
      return <CategorizeForm step={step} onChange={onChange} />;
    case 'add_column':
      return <AddColumnForm step={step} onChange={onChange} />;
    case 'distinct':
    case 'remove_duplicates':
      return <DuplicatesForm step={step} onChange={onChange} />;
    case 'rename':
      return <RenameForm step={step} onChange={onChange} />;
    case 'reorder':
      return <ReorderForm step={step} onChange={onChange} />;
    case 'cast':
      return <CastForm step={step} onChange={onChange} />;
    case 'parse_date':
      return <ParseDateForm step={step} onChange={onChange} />;
    case 'replace_values':
      return <ReplaceValuesForm step={step} onChange={onChange} />;
    case 'fill_empty':
      return <FillEmptyForm step={step} onChange={onChange} />;
    case 'split_column':
      return <SplitColumnForm step={step} onChange={onChange} />;
    case 'merge_columns':
      return <MergeColumnsForm step={step} onChange={onChange} />;
    case 'extract_text':
      return <ExtractTextForm step={step} onChange={onChange} />;
    case 'date_part':
      return <DatePartForm step={step} onChange={onChange} />;
    case 'stack':
      return <StackForm step={step} onChange={onChange} />;
    case 'unpivot':
      return <UnpivotForm step={step} onChange={onChange} />;
    case 'pivot':
      return <PivotForm step={step} onChange={onChange} />;
    case 'top_n':
      return <TopNForm step={step} onChange={onChange} />;
    case 'sample':
      return <SampleForm step={step} onChange={onChange} />;
    case 'list_to_rows':
      return <ListToRowsForm step={step} onChange={onChange} />;
    case 'window':
      return <WindowForm step={step} onChange={onChange} />;
    case 'lookup':
      return <LookupForm step={step} onChange={onChange} />;
    case 'bin':
      return <BinForm step={step} onChange={onChange} />;
    case 'mask':
      return <MaskForm step={step} onChange={onChange} />;
    case 'flatten_json':
      return <FlattenJsonForm step={step} onChange={onChange} />;
    case 'formula':
      return <FormulaForm step={step} onChange={onChange} />;
    case 'fuzzy_match':
      return <FuzzyMatchForm step={step} onChange={onChange} />;
    case 'sql':
      return <SqlForm step={step} onChange={onChange} />;
    case 'source':
      return null;
    default:
      return <InWords step={step} />;
  }
}
