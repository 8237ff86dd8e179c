'use client';

import type { ColumnType } from '#contracts/column-types';
import type { FilterOperator, FilterValue, ScalarValue } from '#contracts/recipe';
import { comparisonFamily, operatorArity } from '../model/filter-operators.ts';
import { Select } from '../../../ui/select.tsx';
import { StepField } from './form-context.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { ValueList } from './value-list.tsx';

interface ConditionValueProps {
  /** Path of the value within the step. */
  readonly name: string;
  readonly column: string;
  readonly type: ColumnType;
  readonly operator: FilterOperator;
  readonly value: FilterValue | undefined;
  readonly onChange: (value: FilterValue) => void;
  /** Empty cells are no value to compare with; picking them means another condition. */
  readonly onPickEmpty?: () => void;
  /** Only the input, where there is little room. */
  readonly isCompact?: boolean;
}

/** The value of a condition in the way that fits its operator and type. */
export function ConditionValue(props: ConditionValueProps) {
  const { name, column, type, operator, value, onChange, onPickEmpty, isCompact } = props;
  const one: ScalarValue = Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
  switch (operatorArity(operator)) {
    case 'none':
      return null;
    case 'two': {
      const [low = '', high = ''] = Array.isArray(value) ? value : [];
      return (
        <div className="grid grid-cols-2 gap-2">
          <StepField name={name} label="From">
            <ScalarInput type={type} value={low} onChange={(next) => onChange([next, high])} />
          </StepField>
          <StepField name={`${name}.1`} label="To">
            <ScalarInput type={type} value={high} onChange={(next) => onChange([low, next])} />
          </StepField>
        </div>
      );
    }
    case 'many':
      return (
        <StepField name={name} label="Values">
          <ValueList
            column={column}
            type={type}
            chosen={Array.isArray(value) ? value : []}
            isMultiple
            onChange={onChange}
          />
        </StepField>
      );
    case 'one':
      if (comparisonFamily(type) === 'boolean') {
        return (
          <StepField name={name} label="Value">
            <Select
              value={one === true ? 'true' : one === false ? 'false' : ''}
              placeholder="Choose…"
              onChange={(next) => onChange(next === 'true')}
              options={[
                { value: 'true', label: 'Yes' },
                { value: 'false', label: 'No' },
              ]}
            />
          </StepField>
        );
      }
      return (
        <StepField name={name} label="Value">
          {isCompact || (operator !== 'equals' && operator !== 'not_equals') ? (
            <ScalarInput type={type} value={one} onChange={onChange} />
          ) : (
            <ValueList
              column={column}
              type={type}
              chosen={one === '' || one === null ? [] : [one]}
              onChange={(next) => onChange(next[0] ?? '')}
              {...(onPickEmpty ? { onPickEmpty } : {})}
            />
          )}
        </StepField>
      );
  }
}
