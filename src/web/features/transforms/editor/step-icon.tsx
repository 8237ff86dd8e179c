import {
  ArrowDownUp,
  Columns3Cog,
  Combine,
  CopyMinus,
  Filter,
  Sigma,
  SquarePlus,
  Sparkles,
  Table2,
  Tags,
  type LucideIcon,
} from 'lucide-react';
import type { RecipeStepType } from '#contracts/recipe';

const icons: Record<RecipeStepType, LucideIcon> = {
  source: Table2,
  filter: Filter,
  select: Columns3Cog,
  join: Combine,
  group: Sigma,
  clean: Sparkles,
  categorize: Tags,
  add_column: SquarePlus,
  sort: ArrowDownUp,
  distinct: CopyMinus,
};

export function StepIcon({
  type,
  className = 'size-4 shrink-0',
}: {
  readonly type: RecipeStepType;
  readonly className?: string;
}) {
  const Icon = icons[type];
  return <Icon aria-hidden className={className} />;
}
