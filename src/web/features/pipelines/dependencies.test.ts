import { describe, expect, it } from 'vitest';
import { diagramItems, missingDependencies, withDependencies, type Catalogue } from './dependencies.ts';
import { layers } from './layered-layout.ts';

const catalogue: Catalogue = {
  sources: [
    { id: 's1', name: 'Visits', warehouse_table_name: 'raw_visits' },
    { id: 's2', name: 'People', warehouse_table_name: 'raw_people' },
    { id: 's3', name: 'Donations', warehouse_table_name: 'raw_donations' },
  ],
  transformations: [
    { id: 't1', name: 'Clean visits', table_name: 'transform_t1', depends_on: ['raw_visits'] },
    { id: 't2', name: 'By district', table_name: 'transform_t2', depends_on: ['transform_t1', 'raw_people'] },
  ],
};

describe('what a pipeline needs', () => {
  it('finds what the chosen transformations are made from, however far back', () => {
    const missing = missingDependencies(catalogue, { sourceIds: [], transformationIds: ['t2'] });
    expect(missing.sources.map((one) => one.id)).toEqual(['s1', 's2']);
    expect(missing.transformations.map((one) => one.id)).toEqual(['t1']);
  });

  it('is complete once they were added', () => {
    const contents = withDependencies(catalogue, { sourceIds: ['s2'], transformationIds: ['t2'] });
    expect(contents).toEqual({ sourceIds: ['s2', 's1'], transformationIds: ['t2', 't1'] });
    expect(missingDependencies(catalogue, contents)).toEqual({ sources: [], transformations: [] });
  });
});

describe('the diagram of a pipeline', () => {
  it('puts each thing one column after the last of what it is made from', () => {
    const items = diagramItems(catalogue, {
      sourceIds: ['s1', 's2'],
      transformationIds: ['t1', 't2', 'gone'],
    });
    expect(layers(items).map((column) => column.map((item) => item.id))).toEqual([
      ['s1', 's2'],
      ['t1'],
      ['t2'],
    ]);
    expect(items.at(-1)?.from).toEqual(['transformation:t1', 'source:s2']);
  });

  it('orders a column by the middle of what each thing is made from', () => {
    const item = (key: string, from: string[] = []) => ({ key, from });
    const columns = layers([item('a'), item('b'), item('c'), item('x', ['c']), item('y', ['a'])]);
    expect(columns[1]?.map((one) => one.key)).toEqual(['y', 'x']);
  });

  it('does not hang on a circle', () => {
    const columns = layers([
      { key: 'a', from: ['b'] },
      { key: 'b', from: ['a'] },
    ]);
    expect(columns.flat()).toHaveLength(2);
  });
});
