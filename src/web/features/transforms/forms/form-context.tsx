'use client';

import { Wrench } from 'lucide-react';
import { createContext, use, type ReactNode } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import { Button } from '../../../ui/button.tsx';
import { ColumnTypeIcon, columnTypeLabels } from '../../../ui/column-type.tsx';
import { Combobox, MultiSelect, type ComboboxOption } from '../../../ui/combobox.tsx';
import { Field } from '../../../ui/field.tsx';
import { problemAt, type FieldProblem } from '../model/check-draft.ts';
import type { Naming } from '../model/step-words.ts';

/** What the form of a type gets: the step so far and what to do with a changed one. */
export interface StepFormProps<Step extends RecipeStep> {
  readonly step: Step;
  readonly onChange: (step: Step) => void;
}

interface FormContextValue {
  /** Columns that the step gets. */
  readonly columns: readonly TableColumn[];
  readonly naming: Naming;
  /** Index of the step in the recipe. */
  readonly index: number;
  readonly problems: readonly FieldProblem[];
  readonly fix: (field: string, suggestion: string) => void;
}

const FormContext = createContext<FormContextValue | undefined>(undefined);
export const FormProvider = FormContext.Provider;

export function useStepForm(): FormContextValue {
  const value = use(FormContext);
  if (value === undefined) throw new Error('A step form is used outside of its provider');
  return value;
}

interface StepFieldProps {
  /** Path of the field within the step; its problem is shown here. */
  readonly name: string;
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly isOptional?: boolean;
  readonly isLabelHidden?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A field with its problem, and the fix for it when the server knows one. */
export function StepField({ name, children, ...rest }: StepFieldProps) {
  const { problems, fix, naming } = useStepForm();
  const problem = problemAt(problems, name);
  return (
    <div className={rest.className}>
      <Field {...rest} className="" error={problem?.message}>
        {children}
      </Field>
      {problem?.suggestion ? (
        <Button
          size="sm"
          className="mt-1"
          icon={<Wrench aria-hidden className="size-3.5" />}
          onClick={() => fix(problem.field, problem.suggestion ?? '')}
        >
          Use “{naming.column(problem.suggestion)}”
        </Button>
      ) : null}
    </div>
  );
}

export function columnOptions(columns: readonly TableColumn[]): ComboboxOption[] {
  return columns.map((column) => ({
    value: column.name,
    label: column.display_name,
    icon: <ColumnTypeIcon type={column.type} />,
    hint: columnTypeLabels[column.type],
  }));
}

interface ColumnPickerProps {
  readonly columns?: readonly TableColumn[];
  readonly value: string;
  readonly onChange: (column: string) => void;
  readonly placeholder?: string;
  readonly label?: string;
  readonly disabled?: boolean;
}

/** One column of the input, or of other columns when they are given. */
export function ColumnPicker({ columns, value, ...rest }: ColumnPickerProps) {
  const form = useStepForm();
  const offered = columns ?? form.columns;
  return (
    <Combobox
      placeholder="Choose a column"
      searchPlaceholder="Search columns"
      {...rest}
      options={columnOptions(offered)}
      value={resolve(offered, value)}
    />
  );
}

interface ColumnsPickerProps {
  readonly columns?: readonly TableColumn[];
  readonly value: readonly string[];
  readonly onChange: (columns: string[]) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
}

/** Several columns, in the order in which they were picked. */
export function ColumnsPicker({ columns, value, ...rest }: ColumnsPickerProps) {
  const form = useStepForm();
  const offered = columns ?? form.columns;
  return (
    <MultiSelect
      placeholder="Choose columns"
      searchPlaceholder="Search columns"
      {...rest}
      options={columnOptions(offered)}
      value={value.map((one) => resolve(offered, one) ?? one)}
    />
  );
}

/** A recipe may name a column as people see it; the pickers know it by its physical name. */
function resolve(columns: readonly TableColumn[], reference: string): string | undefined {
  const found =
    columns.find((column) => column.name === reference) ??
    columns.find((column) => column.display_name === reference);
  return found?.name ?? (reference === '' ? undefined : reference);
}
