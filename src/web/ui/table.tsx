import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

interface TableProps {
  /** Name for screen readers. */
  readonly label: string;
  readonly head: readonly {
    readonly title: string;
    readonly isNumeric?: boolean;
    readonly isHidden?: boolean;
    /** Not on a phone, where the row says it below. */
    readonly isWide?: boolean;
  }[];
  readonly children: ReactNode;
}

/** A list with columns: short, read whole, so a plain table; rows of data are the `DataGrid`'s. */
export function Table({ label, head, children }: TableProps) {
  return (
    <div
      role="region"
      aria-label={label}
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      // Positioned, or a head that only screen readers see would widen the page on a phone.
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full text-start">
        <thead>
          <tr className="border-b border-line">
            {head.map(({ title, isNumeric, isHidden, isWide }) => (
              <th
                key={title}
                scope="col"
                className={clsx(
                  'h-9 px-3 text-sm font-medium whitespace-nowrap text-muted',
                  isNumeric ? 'text-end' : 'text-start',
                  isWide && 'max-sm:hidden',
                )}
              >
                {isHidden ? <span className="sr-only">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

interface CellProps extends ComponentProps<'td'> {
  readonly isNumeric?: boolean;
  /** As its head. */
  readonly isWide?: boolean;
}

export function Cell({ isNumeric, isWide, className, ...rest }: CellProps) {
  return (
    <td
      {...rest}
      data-numeric={isNumeric ? '' : undefined}
      className={clsx(
        'h-11 px-3 py-1.5 align-middle',
        isNumeric && 'text-end whitespace-nowrap',
        isWide && 'max-sm:hidden',
        className,
      )}
    />
  );
}
