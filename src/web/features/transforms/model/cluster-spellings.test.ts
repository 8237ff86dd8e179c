import { expect, test } from 'vitest';
import { clusterSpellings } from './cluster-spellings.ts';

const counted = (values: Record<string, number>) =>
  Object.entries(values).map(([value, count]) => ({ value, count }));

test('spellings of one name become one cluster, and the most frequent one stays', () => {
  expect(clusterSpellings(counted({ Nairobi: 90, Narobi: 12, narobi: 8, Nairobii: 3, Kisumu: 40 }))).toEqual([
    {
      keep: 'Nairobi',
      others: [
        { value: 'Narobi', count: 12 },
        { value: 'narobi', count: 8 },
        { value: 'Nairobii', count: 3 },
      ],
      rows: 23,
    },
  ]);
});

test('capital letters, spaces, punctuation, accents and the order of words do not tell values apart', () => {
  const [cluster] = clusterSpellings(
    counted({ 'São Paulo': 9, 'SAO  PAULO': 2, ' sao paulo ': 1, 'Paulo, São': 1 }),
  );
  expect(cluster?.keep).toBe('São Paulo');
  expect(cluster?.rows).toBe(4);
});

test('values with other digits, and short ones, are different things', () => {
  expect(clusterSpellings(counted({ 'Phase 1': 9, 'Phase 2': 3, Male: 5, Mali: 4, yes: 3, yet: 1 }))).toEqual(
    [],
  );
});

test('small differences do not chain: each value is like the one that stays', () => {
  const clusters = clusterSpellings(counted({ Mombasa: 50, Mombasaa: 5, Mombasaaa: 1 }));
  expect(clusters).toHaveLength(1);
  expect(clusters[0]?.others.map(({ value }) => value)).toEqual(['Mombasaa']);
});

test('swapped letters are one difference', () => {
  expect(clusterSpellings(counted({ Kisumu: 9, Kismuu: 1 }))[0]?.keep).toBe('Kisumu');
});

test('marks of Indian scripts are letters', () => {
  expect(clusterSpellings(counted({ कि: 5, की: 2, 'पुणे शहर': 4, 'पुणे  शहर': 1 }))).toEqual([
    { keep: 'पुणे शहर', others: [{ value: 'पुणे  शहर', count: 1 }], rows: 1 },
  ]);
});

test('of two equally frequent spellings the one in ordinary letters stays', () => {
  expect(clusterSpellings(counted({ PUNE: 2, Pune: 2 }))[0]?.keep).toBe('Pune');
});
