'use client';

import { useEffect, useEffectEvent } from 'react';
import type { TemplateQuestion as Question } from '#contracts/recipe-template';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { describeError } from '../../../api-error.ts';
import { Combobox, MultiSelect, type ComboboxOption } from '../../../ui/combobox.tsx';
import { Field } from '../../../ui/field.tsx';
import { useFormat } from '../../../use-format.ts';
import { columnOptions } from '../forms/form-context.tsx';
import { useTableOptions } from '../forms/table-picker.tsx';
import { useValues } from '../forms/use-values.ts';
import { offeredColumns, suggestValues } from '../model/suggest-answers.ts';

interface TemplateQuestionProps<Asked extends Question = Question> {
  readonly question: Asked;
  readonly answer: string | readonly string[] | undefined;
  readonly onAnswer: (answer: string | readonly string[]) => void;
  readonly tables: readonly WarehouseTable[];
  /** The table that a column is asked of, or whose column has the values. */
  readonly table: WarehouseTable | undefined;
  readonly columns: readonly TableColumn[];
  /** For values: the column that has them. */
  readonly column: string | undefined;
  readonly error: string | undefined;
}

/** One question of a template, answered by picking. */
export function TemplateQuestion(props: TemplateQuestionProps) {
  const { question, answer, onAnswer, columns, error } = props;
  const tableOptions = useTableOptions(props.tables);
  const single = typeof answer === 'string' && answer !== '' ? answer : undefined;
  const several = typeof answer === 'string' ? [answer] : (answer ?? []);
  const field = {
    label: question.label,
    help: question.help,
    error,
    isOptional: 'isOptional' in question && question.isOptional === true,
  };
  switch (question.kind) {
    case 'table':
      return (
        <Field {...field}>
          <Combobox
            placeholder="Choose a table"
            searchPlaceholder="Search tables"
            options={tableOptions}
            value={single}
            onChange={onAnswer}
          />
        </Field>
      );
    case 'tables':
      return (
        <Field {...field}>
          <MultiSelect
            placeholder="Choose tables"
            searchPlaceholder="Search tables"
            options={tableOptions}
            value={several}
            onChange={onAnswer}
          />
        </Field>
      );
    case 'column': {
      const offered = offeredColumns(question, columns);
      return (
        <Field
          {...field}
          help={props.table && offered.length === 0 ? 'This table has no such column' : field.help}
        >
          <Combobox
            placeholder={question.isOptional ? 'None' : 'Choose a column'}
            searchPlaceholder="Search columns"
            disabled={props.table === undefined}
            options={[
              // What may be left out can be left out again.
              ...(question.isOptional && single !== undefined ? [{ value: '', label: 'None' }] : []),
              ...columnOptions(offered),
            ]}
            value={single}
            onChange={onAnswer}
          />
        </Field>
      );
    }
    case 'columns':
      return (
        <Field {...field}>
          <MultiSelect
            placeholder="Choose columns"
            searchPlaceholder="Search columns"
            disabled={props.table === undefined}
            options={columnOptions(offeredColumns(question, columns))}
            value={several}
            onChange={onAnswer}
          />
        </Field>
      );
    case 'values':
      return <ValuesQuestion {...props} question={question} />;
    default:
      return question satisfies never;
  }
}

/** The values of the chosen column with their counts; the likeliest are chosen beforehand. */
function ValuesQuestion({
  question,
  answer,
  onAnswer,
  table,
  column,
  error,
}: TemplateQuestionProps<Extract<Question, { kind: 'values' }>>) {
  const format = useFormat();
  const several = typeof answer === 'string' ? [answer] : (answer ?? []);
  const isAsked = table !== undefined && column !== undefined && column !== '';
  const values = useValues(
    isAsked ? { steps: [{ type: 'source', table: table.name }], column, limit: 100, dataVersion: 0 } : null,
  );
  const options: ComboboxOption[] =
    values.data?.values.flatMap(({ value, count }) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [{ value: String(value), label: String(value), hint: format.number(count) }]
        : [],
    ) ?? [];
  const suggest = useEffectEvent(() => {
    const likely = suggestValues(
      question,
      options.map(({ value }) => value),
    );
    if (answer === undefined && likely.length > 0) onAnswer(likely);
  });
  useEffect(() => {
    if (values.data !== undefined) suggest();
  }, [values.data]);
  if (!isAsked) return null;
  return (
    <Field
      label={question.label}
      help={question.help}
      error={error ?? (values.error === undefined ? undefined : describeError(values.error).message)}
    >
      <MultiSelect
        placeholder="Choose values"
        searchPlaceholder="Search values"
        options={options}
        value={several}
        onChange={onAnswer}
      />
    </Field>
  );
}
