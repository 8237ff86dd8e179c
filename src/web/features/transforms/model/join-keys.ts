import type { StepOf } from './editor-step.ts';
import type { JoinKeys } from './suggest-join.ts';

type Join = StepOf<'join'>;

/** All pairs of columns that must be equal, the first one among them. */
export function keysOf(step: Join): readonly JoinKeys[] {
  return [
    { left: step.left_on, right: step.right_on },
    ...(step.more_keys ?? []).map(({ left_on, right_on }) => ({ left: left_on, right: right_on })),
  ];
}

/** The join on other pairs; without any, on none yet chosen. */
export function withKeys(step: Join, keys: readonly JoinKeys[]): Join {
  const [first = { left: '', right: '' }, ...more] = keys;
  const { more_keys: _, ...rest } = step;
  return {
    ...rest,
    left_on: first.left,
    right_on: first.right,
    ...(more.length === 0
      ? {}
      : { more_keys: more.map(({ left, right }) => ({ left_on: left, right_on: right })) }),
  };
}

/** Whether a join brings columns, or only decides which rows stay. */
export function bringsColumns(type: Join['join_type']): boolean {
  return type !== 'semi' && type !== 'anti';
}
