import { expect, test } from 'vitest';
import {
  choicesOfConfig,
  choicesToConfig,
  isLoaded,
  isWithinLeftOut,
  withLoaded,
  withType,
} from './column-choice.ts';

test('what is decided and taken back again leaves nothing behind', () => {
  const left = withType(withLoaded({}, 'person.phone', false), 'person.phone', 'text');
  expect(left).toEqual({ 'person.phone': { load: false, type: 'text' } });
  expect(isLoaded(left, 'person.phone')).toBe(false);
  expect(isLoaded(left, 'person')).toBe(true);
  const back = withType(withLoaded(left, 'person.phone', true), 'person.phone', undefined);
  expect(back).toEqual({});
  expect(choicesToConfig({ forms: back })).toEqual({});
  expect(choicesToConfig({ forms: left })).toEqual({ columns: { forms: left } });
  expect(choicesOfConfig({ columns: { forms: left } })).toEqual({ forms: left });
  expect(choicesOfConfig({})).toEqual({});
});

test('what lies within something left out is left out', () => {
  const choice = withLoaded({}, 'children', false);
  expect(isWithinLeftOut(choice, 'children.name')).toBe(true);
  expect(isWithinLeftOut(choice, 'childrens.name')).toBe(false);
  expect(isWithinLeftOut(choice, 'children')).toBe(false);
});
