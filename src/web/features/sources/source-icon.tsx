import {
  ClipboardList,
  Cloud,
  Database,
  FileSpreadsheet,
  FileText,
  Globe,
  Plug,
  Table2,
  type LucideIcon,
} from 'lucide-react';

const icons: Readonly<Record<string, LucideIcon>> = {
  'file-text': FileText,
  'file-spreadsheet': FileSpreadsheet,
  table: Table2,
  database: Database,
  globe: Globe,
  cloud: Cloud,
  'clipboard-list': ClipboardList,
  csv: FileText,
  excel: FileSpreadsheet,
};

/** Icon of a kind of source, by the name that the catalogue gives it. */
export function SourceIcon({ name, className }: { readonly name: string; readonly className?: string }) {
  const Icon = icons[name] ?? Plug;
  return <Icon aria-hidden className={className ?? 'size-4 shrink-0'} />;
}
