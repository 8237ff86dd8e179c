'use client';

import Link from 'next/link';
import { listRunTestResults } from '#contracts/data-tests';
import { useApi } from '../../api.ts';
import { FailingRows, TestBadge } from '../data/test-result.tsx';

/** What came of the data tests of a run, those that did not pass first; nothing when there were none. */
export function RunTests({ runId }: { readonly runId: string }) {
  const { data } = useApi(listRunTestResults, { params: { id: runId } }, { shouldRetryOnError: false });
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  const failed = items.filter((each) => each.status !== 'passed');
  const passed = items.length - failed.length;
  return (
    <section aria-label="Data tests" className="flex flex-col gap-1">
      <h3 className="font-semibold">Data tests</h3>
      {passed > 0 ? (
        <p className="text-sm text-muted">
          {failed.length === 0 && passed === 1
            ? 'The one test passed.'
            : failed.length === 0
              ? `All ${passed} tests passed.`
              : `${passed} of ${items.length} tests passed.`}
        </p>
      ) : null}
      <ul className="flex flex-col gap-2">
        {failed.map((result) => (
          <li key={result.test_id}>
            <p className="flex flex-wrap items-center gap-2">
              <TestBadge result={result} />
              <Link
                href={`/data/${encodeURIComponent(result.table_name)}?tab=tests`}
                className="font-medium hover:underline"
              >
                <bdi>{result.table_display_name}</bdi>
              </Link>
              <bdi className="wrap-anywhere">{result.title}</bdi>
            </p>
            <p className="text-sm text-muted">{result.message}</p>
            <FailingRows result={result} columns={[]} />
          </li>
        ))}
      </ul>
    </section>
  );
}
