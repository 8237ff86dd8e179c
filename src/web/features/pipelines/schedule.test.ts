import { describe, expect, it } from 'vitest';
import { setSchedule, type Schedule } from '#contracts/pipelines';
import { bodyOf, draftOf, problemsOf } from './schedule-draft.ts';
import { cronWords, scheduleWords } from './schedule-words.ts';

const base: Schedule = {
  frequency: 'daily',
  run_at: '06:00',
  run_at_time: '06:00',
  day_of_week: null,
  run_at_day: null,
  day_of_month: null,
  every_minutes: null,
  after_pipeline_id: null,
  missed: 'run_once',
  overlap: 'queue',
  cron: null,
  timezone: 'Asia/Kolkata',
  is_active: true,
  next_run_at: null,
  next_runs: [],
};
const words = (change: Partial<Schedule>) => scheduleWords({ ...base, ...change }, 'Asia/Kolkata');

describe('a schedule in words', () => {
  it('is a sentence one would say', () => {
    expect(words({})).toBe('Every day at 06:00');
    expect(words({ frequency: 'hourly', run_at: '00:15' })).toBe('Every hour at 15 past');
    expect(words({ frequency: 'hourly', run_at: '00:00' })).toBe('Every hour, on the hour');
    expect(words({ frequency: 'weekly', day_of_week: 6, run_at: '07:30' })).toBe('Every Sunday at 07:30');
    expect(words({ frequency: 'every', every_minutes: 15 })).toBe('Every 15 minutes');
    expect(words({ frequency: 'every', every_minutes: 120 })).toBe('Every 2 hours');
    expect(words({ frequency: 'monthly', day_of_month: 5 })).toBe('On day 5 of every month at 06:00');
    expect(words({ frequency: 'monthly', day_of_month: 31 })).toBe('On the last day of every month at 06:00');
    expect(words({ frequency: 'after' })).toBe('After another pipeline has succeeded');
    expect(words({ frequency: 'manual' })).toBe('Only when you run it');
    expect(scheduleWords(null, 'UTC')).toBe('Only when you run it');
  });

  it('says when it is paused and when its timezone is not the organization’s', () => {
    expect(words({ is_active: false })).toBe('Paused — every day at 06:00');
    expect(words({ timezone: 'Africa/Addis_Ababa' })).toBe('Every day at 06:00 (Africa/Addis Ababa)');
  });

  it('puts the usual cron expressions into words and shows the others as they are', () => {
    expect(cronWords('*/15 * * * *')).toBe('Every 15 minutes');
    expect(cronWords('5 */6 * * *')).toBe('Every 6 hours, at 05 past');
    expect(cronWords('0 6 * * *')).toBe('Every day at 06:00');
    expect(cronWords('0 6 * * 1-5')).toBe('Every weekday at 06:00');
    expect(cronWords('30 18 * * 1,3,7')).toBe('Every Monday, Wednesday and Sunday at 18:30');
    expect(cronWords('0 6 1 * *')).toBe('On day 1 of every month at 06:00');
    expect(cronWords('0 6 1-7 * 1')).toBe('Custom times (0 6 1-7 * 1)');
    expect(cronWords('')).toBe('Custom times ()');
  });
});

describe('the schedule form', () => {
  it('sends only what its frequency has, and what it sends the server accepts', () => {
    const draft = { ...draftOf(null, 'Asia/Kolkata'), afterPipelineId: 'p1' };
    for (const frequency of [
      'manual',
      'every',
      'hourly',
      'daily',
      'weekly',
      'monthly',
      'cron',
      'after',
    ] as const) {
      const body = bodyOf({ ...draft, frequency }, true);
      expect(setSchedule.body?.safeParse(body).success).toBe(true);
    }
    expect(bodyOf({ ...draft, frequency: 'hourly', minute: 5 }, true)).toMatchObject({ run_at: '00:05' });
    expect(bodyOf({ ...draft, frequency: 'daily' }, false)).not.toHaveProperty('cron');
  });

  it('opens with the schedule as it is', () => {
    expect(draftOf({ ...base, frequency: 'weekly', run_at: '07:30', day_of_week: 2 }, 'UTC')).toMatchObject({
      frequency: 'weekly',
      time: '07:30',
      dayOfWeek: 2,
      timezone: 'Asia/Kolkata',
    });
    expect(draftOf({ ...base, frequency: 'hourly', run_at: '00:45' }, 'UTC').minute).toBe(45);
  });

  it('says what is wrong before it is sent', () => {
    const draft = draftOf(null, 'UTC');
    expect(problemsOf({ ...draft, frequency: 'daily', time: '' }).time).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'hourly', minute: 60 }).minute).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'every', everyMinutes: Number.NaN }).every).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'monthly', dayOfMonth: 32 }).day).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'after' }).after).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'cron', cron: 'daily' }).cron).toBeDefined();
    expect(problemsOf({ ...draft, frequency: 'manual', time: '' })).toEqual({});
  });
});
