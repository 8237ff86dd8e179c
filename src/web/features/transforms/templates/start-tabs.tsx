'use client';

import { recipeTemplates } from '#contracts/recipe-templates';
import { summarizeRecipe } from '#contracts/recipe-words';
import type { RecipeTemplate } from '#contracts/recipe-template';
import type { Transformation } from '#contracts/transformations';
import type { WarehouseTable } from '#contracts/warehouse';
import { TabPanel, Tabs } from '../../../ui/tabs.tsx';
import { useUrlParam } from '../../../use-url-param.ts';
import { templateOfRecipe } from '../model/template-of-recipe.ts';
import { TableList } from '../table-list.tsx';
import { TemplateGallery } from './template-gallery.tsx';

interface StartTabsProps {
  readonly tables: readonly WarehouseTable[];
  readonly transformations: readonly Transformation[];
  readonly onPickTable: (table: WarehouseTable) => void;
  readonly onPickTemplate: (id: string) => void;
}

type Start = 'table' | 'templates' | 'yours';

/** Three ways to begin: with a table and nothing else, with work that others do too, or with what was done before. */
export function StartTabs({ tables, transformations, onPickTable, onPickTemplate }: StartTabsProps) {
  const [start, setStart] = useUrlParam('start');
  const value: Start = start === 'templates' || start === 'yours' ? start : 'table';
  return (
    <Tabs<Start>
      label="How to begin"
      value={value}
      onChange={(next) => setStart(next === 'table' ? null : next)}
      tabs={[
        { value: 'table', label: 'Start with a table' },
        { value: 'templates', label: 'Use a template', count: String(recipeTemplates.length) },
        ...(transformations.length === 0
          ? []
          : [{ value: 'yours' as const, label: 'Like one of yours', count: String(transformations.length) }]),
      ]}
    >
      <TabPanel value="table">
        <div className="max-w-3xl">
          <TableList tables={tables} onPick={onPickTable} />
        </div>
      </TabPanel>
      <TabPanel value="templates">
        <TemplateGallery label="Templates" templates={recipeTemplates} onPick={onPickTemplate} />
      </TabPanel>
      <TabPanel value="yours">
        <p className="mb-3 text-muted">The same steps on other tables. The one you choose stays as it is.</p>
        <TemplateGallery
          label="Your transformations"
          templates={transformations.map(({ id, name, recipe }) => ({
            id,
            name,
            about: summarizeRecipe(recipe.steps),
            icon: recipe.steps[1]?.type ?? 'source',
          }))}
          onPick={onPickTemplate}
        />
      </TabPanel>
    </Tabs>
  );
}

/** A template by the id in the address: one of the program's, or a transformation of the organization. */
export function findTemplate(
  id: string,
  transformations: readonly Transformation[],
  tables: readonly WarehouseTable[],
): RecipeTemplate | undefined {
  const own = transformations.find((one) => one.id === id);
  return recipeTemplates.find((one) => one.id === id) ?? (own ? templateOfRecipe(own, tables) : undefined);
}
