'use client';

import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { syncSource, type Source } from '#contracts/sources';
import { decideSchemaReview, listSchemaReviews, type SchemaReview } from '#contracts/streams';
import { call, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { columnTypeLabels } from '../../ui/column-type.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { changeWords } from './change-words.ts';
import { watchLoad } from './loads.ts';

const shownChanges = 8;

interface SchemaReviewsProps {
  readonly source: Source;
  readonly onChanged: () => void;
}

/** Changes at the service that wait for a person; nothing where there are none. */
export function SchemaReviews({ source, onChanged }: SchemaReviewsProps) {
  const { data, mutate } = useApi(listSchemaReviews, { params: { id: source.id }, query: { limit: 20 } });
  const waiting = data?.items.filter(({ status }) => status === 'pending') ?? [];
  return waiting.map((review) => (
    <ReviewCard
      key={review.id}
      source={source}
      review={review}
      onDecided={() => {
        void mutate();
        onChanged();
      }}
    />
  ));
}

interface ReviewCardProps {
  readonly source: Source;
  readonly review: SchemaReview;
  readonly onDecided: () => void;
}

function ReviewCard({ source, review, onDecided }: ReviewCardProps) {
  const mayWrite = usePermission('sources:write');
  const mayRun = usePermission('sources:run');
  const [busy, setBusy] = useState<'approve' | 'refuse'>();
  async function decide(decision: 'approve' | 'refuse') {
    setBusy(decision);
    try {
      await call(decideSchemaReview, {
        params: { id: source.id, review_id: review.id },
        body: { decision },
      });
      if (decision === 'approve' && mayRun) {
        const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
        watchLoad({ sourceId: source.id, runId, name: source.name });
      } else toast.success(decision === 'approve' ? 'The next load brings it' : 'You keep the data as it is');
      onDecided();
    } catch (error) {
      toast.problem(error, 'The decision could not be saved');
    } finally {
      setBusy(undefined);
    }
  }
  const more = review.changes.length - shownChanges;
  return (
    <Card className="mb-4 flex gap-3 p-4">
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warning" />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">The source has changed, and waits for you</h2>
        <p className="text-muted">
          Nothing was loaded <RelativeTime value={review.created_at} />: you see the data of the load before.
        </p>
        <ul className="mt-2 list-disc ps-5">
          {review.changes.slice(0, shownChanges).map((change) => (
            <li key={`${change.kind} ${change.table} ${change.column ?? ''}`}>
              <bdi>{changeWords(change, columnTypeLabels)}</bdi>
            </li>
          ))}
          {more > 0 ? <li>and {more} more</li> : null}
        </ul>
        {mayWrite ? (
          <div className="mt-3 flex flex-wrap gap-2">
            <Button
              variant="primary"
              isBusy={busy === 'approve'}
              disabled={busy !== undefined}
              onClick={() => void decide('approve')}
            >
              {mayRun ? 'Approve and load' : 'Approve'}
            </Button>
            <Button
              isBusy={busy === 'refuse'}
              disabled={busy !== undefined}
              onClick={() => void decide('refuse')}
            >
              Keep what I have
            </Button>
          </div>
        ) : (
          <p className="mt-2">An editor or admin can approve it.</p>
        )}
      </div>
    </Card>
  );
}
