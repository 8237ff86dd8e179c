import type { ContractMode, StreamSettings } from '#contracts/streams';
import type { SelectOption } from '../../ui/select.tsx';

export const dispositions: readonly SelectOption<StreamSettings['write_disposition']>[] = [
  { value: 'auto', label: 'As the service allows (recommended)' },
  { value: 'replace', label: 'Replace the table each time' },
  { value: 'append', label: 'Add to the rows that are there' },
  { value: 'merge', label: 'Update rows that changed, add new ones' },
];

export const strategies: readonly SelectOption<StreamSettings['merge_strategy']>[] = [
  { value: 'delete-insert', label: 'Replace it, with its lists' },
  { value: 'upsert', label: 'Update it in place' },
  { value: 'insert-only', label: 'Keep it as it first came' },
  { value: 'scd2', label: 'Keep every version, with its dates' },
];

export const contractModes: readonly SelectOption<ContractMode>[] = [
  { value: 'evolve', label: 'Take it' },
  { value: 'freeze', label: 'Ask me first' },
  { value: 'discard_value', label: 'Leave it out' },
  { value: 'discard_row', label: 'Put the row aside' },
];

/** How a stream is loaded, in a few words. */
export function methodWords({ write_disposition: how, merge_strategy: strategy }: StreamSettings): string {
  if (how === 'replace') return 'replaced each time';
  if (how === 'append') return 'rows are added';
  if (strategy === 'scd2') return 'every version is kept';
  if (how === 'auto') return 'as the service allows';
  return strategy === 'insert-only' ? 'only new rows are added' : 'changed rows are updated';
}
