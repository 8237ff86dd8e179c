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
  WandSparkles,
  type LucideIcon,
} from 'lucide-react';
import type { RecipeStepType } from '#contracts/recipe';

const icons: Partial<Record<RecipeStepType, LucideIcon>> = {
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
  const Icon = icons[type] ?? WandSparkles;
  return <Icon aria-hidden className={className} />;
}
