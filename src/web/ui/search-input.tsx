import { clsx } from 'clsx';
import { Search } from 'lucide-react';
import { Input } from './field.tsx';

interface SearchInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is searched: "Search tables". */
  readonly label: string;
  readonly className?: string;
}

export function SearchInput({ value, onChange, label, className }: SearchInputProps) {
  return (
    <div className={clsx('relative', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-y-0 start-2.5 my-auto size-4 text-muted"
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        className="ps-8"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
