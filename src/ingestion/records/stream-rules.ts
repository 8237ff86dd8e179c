import type { ContractMode, StreamSettings } from '#contracts/streams';
import type { ShredRules } from './record-shredder.ts';

/**
 * What the values of a load may change by themselves. `freeze` binds the load as a whole, once all of it is known: a
 * person is to see every change, not the first one.
 */
export function shredRules({ contract, on_type_conflict: onConflict }: StreamSettings): ShredRules {
  const byRow = (mode: ContractMode) =>
    mode === 'discard_row' ? 'refuse_row' : mode === 'discard_value' ? 'leave_out' : 'take';
  const misfits = byRow(contract.data_type);
  return {
    // A list that is not taken is a table less, never a row less of the one that it is in; so it is in dlt.
    newTables: byRow(contract.tables) === 'take' ? 'take' : 'leave_out',
    newColumns: byRow(contract.columns),
    misfits:
      misfits === 'take'
        ? contract.data_type === 'evolve' && onConflict === 'variant'
          ? 'variant'
          : 'widen'
        : misfits,
  };
}

/** Whether columns keep the types that they have, even where this load's values would need less. */
export function fixesTypes({ contract, on_type_conflict: onConflict }: StreamSettings): boolean {
  return (
    contract.data_type.startsWith('discard') || (contract.data_type === 'evolve' && onConflict === 'variant')
  );
}

/** Whether a narrower type would be a change that somebody has to look at. */
export function keepsTypes({ contract, review }: StreamSettings): boolean {
  return contract.data_type !== 'evolve' || review === 'breaking';
}
